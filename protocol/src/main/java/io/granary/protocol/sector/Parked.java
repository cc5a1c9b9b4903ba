package io.granary.protocol.sector;

/**
 * Stopped until an operator acts.
 *
 * @param stage where it stopped
 * @param retryable whether a retry can help; if not, removal is what remains
 */
public record Parked(SectorState.Living stage, String reason, boolean retryable)
    implements SectorState.Living {
  public Parked {
    if (stage instanceof Parked || stage instanceof Removed) {
      throw new IllegalArgumentException("parked: not from " + stage.name());
    }
  }

  @Override
  public SectorCore core() {
    return stage.core();
  }

  @Override
  public Parked withCore(SectorCore newCore) {
    return new Parked(stage.withCore(newCore), reason, retryable);
  }
}
