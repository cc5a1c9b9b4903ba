package io.granary.protocol;

import java.util.Optional;

/**
 * Sector sizes and the registered proof numbers that go with them (go-state-types abi/sector.go).
 */
public enum SectorSize {
  SIZE_2KIB(2L << 10, 0, 2),
  SIZE_8MIB(8L << 20, 1, 2),
  SIZE_512MIB(512L << 20, 2, 2),
  SIZE_32GIB(32L << 30, 3, 2349),
  SIZE_64GIB(64L << 30, 4, 2300);

  private final long bytes;
  private final int proofOffset;
  private final int windowPoStPartitionSectors;

  SectorSize(long bytes, int proofOffset, int windowPoStPartitionSectors) {
    this.bytes = bytes;
    this.proofOffset = proofOffset;
    this.windowPoStPartitionSectors = windowPoStPartitionSectors;
  }

  /** Padded bytes of a sector. */
  public long bytes() {
    return bytes;
  }

  /** Why no sector of this size takes a piece of {@code paddedBytes}; empty when it may. */
  public Optional<String> tooSmallFor(long paddedBytes) {
    return paddedBytes > bytes
        ? Optional.of(
            "a piece of "
                + paddedBytes
                + " padded bytes is larger than the miner's sectors of "
                + bytes)
        : Optional.empty();
  }

  /** Unpadded bytes of data a sector takes: 127/128 of its size. */
  public long unpaddedBytes() {
    return bytes / 128 * 127;
  }

  /** How many sectors one window PoSt partition holds. */
  public int windowPoStPartitionSectors() {
    return windowPoStPartitionSectors;
  }

  /** 0 to 4: the position inside each block of five registered proof numbers. */
  public int proofOffset() {
    return proofOffset;
  }

  /** The current interactive seal proof (V1_1) of this size: 5 to 9. */
  public RegisteredSealProof sealProofV1_1() {
    return new RegisteredSealProof(5 + proofOffset);
  }

  /** The current window PoSt type (V1_1) of this size: 10 to 14. */
  public RegisteredPoStProof windowPoStV1_1() {
    return new RegisteredPoStProof(10 + proofOffset);
  }

  /** The winning PoSt type of this size: 0 to 4. */
  public RegisteredPoStProof winningPoSt() {
    return new RegisteredPoStProof(proofOffset);
  }

  /** The size whose proof numbers stand at {@code offset} (0 to 4) in each block of five. */
  static SectorSize ofProofOffset(int offset) {
    for (SectorSize size : values()) {
      if (size.proofOffset == offset) {
        return size;
      }
    }
    throw new IllegalArgumentException("proof offset: expected 0 to 4, got " + offset);
  }

  /**
   * The size of {@code bytes} padded bytes.
   *
   * @throws IllegalArgumentException when no registered proof has that size
   */
  public static SectorSize ofBytes(long bytes) {
    for (SectorSize size : values()) {
      if (size.bytes == bytes) {
        return size;
      }
    }
    throw new IllegalArgumentException("sector size: no registered proof has " + bytes + " bytes");
  }
}
