package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.granary.protocol.Bytes;
import org.junit.jupiter.api.Test;

class CommitmentTest {
  /** r − 1 of the BLS12-381 scalar field in little-endian bytes. */
  private static final String LARGEST =
      "00000000fffffffffe5bfeff02a4bd5305d8a10908d83933487d9d2953a7ed73";

  @Test
  void takesAScalarWithItsSecondTopBitSet() {
    assertThat(Commitment.fromHex(LARGEST).bytes().at(31) & 0x40).isEqualTo(0x40);
  }

  @Test
  void refusesTheModulus() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Commitment.fromHex("01" + LARGEST.substring(2)))
        .withMessageContaining("modulus");
  }

  @Test
  void refusesAnotherLength() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Commitment(Bytes.fromHex("00")));
  }
}
