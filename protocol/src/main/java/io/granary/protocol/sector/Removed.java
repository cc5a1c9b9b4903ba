package io.granary.protocol.sector;

/** Its files are gone; its number stays used. */
public record Removed(SectorCore core, String reason) implements SectorState.Living {
  @Override
  public Removed withCore(SectorCore newCore) {
    return new Removed(newCore, reason);
  }
}
