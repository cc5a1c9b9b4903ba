package io.granary.protocol;

/**
 * A registered PoSt proof number: 0–4 winning, 5–9 window V1, 10–14 window V1_1 (go-state-types
 * abi/sector.go).
 */
public record RegisteredPoStProof(int number) {
  public RegisteredPoStProof {
    if (number < 0 || number > 14) {
      throw new IllegalArgumentException("PoSt proof: expected 0 to 14, got " + number);
    }
  }

  public SectorSize sectorSize() {
    return SectorSize.ofProofOffset(number % 5);
  }

  public boolean isWindow() {
    return number >= 5;
  }
}
