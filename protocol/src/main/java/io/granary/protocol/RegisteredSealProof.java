package io.granary.protocol;

/**
 * A registered seal proof number: 0–4 V1, 5–9 V1_1, 10–14 V1_1 synthetic, 15–19 V1_2
 * non-interactive (go-state-types abi/sector.go).
 */
public record RegisteredSealProof(int number) {
  public RegisteredSealProof {
    if (number < 0 || number > 19) {
      throw new IllegalArgumentException("seal proof: expected 0 to 19, got " + number);
    }
  }

  public SectorSize sectorSize() {
    return SectorSize.ofProofOffset(number % 5);
  }

  /** Bytes of one seal proof: 192 per PoRep partition. */
  public int proofBytes() {
    return sectorSize().bytes() >= SectorSize.SIZE_32GIB.bytes() ? 1920 : 192;
  }
}
