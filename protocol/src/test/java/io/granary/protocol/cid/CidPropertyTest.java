package io.granary.protocol.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CidPropertyTest {
  @Provide
  Arbitrary<Commitment> commitments() {
    return Arbitraries.bytes()
        .array(byte[].class)
        .ofSize(32)
        .map(
            bytes -> {
              bytes[31] &= 0x3f;
              return new Commitment(Bytes.of(bytes));
            });
  }

  @Property
  void givesBackItsCommitment_andNoOtherKind(@ForAll("commitments") Commitment commitment) {
    Cid sealed = Cid.commR(commitment);
    assertThat(Cid.parse(sealed.toString())).isEqualTo(sealed);
    assertThat(sealed.toSealedCommitment()).isEqualTo(commitment);
    assertThat(sealed.codec()).isEqualTo(Cid.FIL_COMMITMENT_SEALED);
    assertThat(sealed.multihashCode()).isEqualTo(Cid.POSEIDON_BLS12_381_A2_FC1);
    assertThat(sealed.digest()).isEqualTo(commitment.bytes());
    assertThatThrownBy(sealed::toUnsealedCommitment)
        .hasMessageContaining("expected an unsealed commitment");

    Cid unsealed = Cid.commP(commitment);
    assertThat(Cid.parse(unsealed.toString())).isEqualTo(unsealed);
    assertThat(unsealed.toUnsealedCommitment()).isEqualTo(commitment);
    assertThat(unsealed.codec()).isEqualTo(Cid.FIL_COMMITMENT_UNSEALED);
    assertThat(unsealed.multihashCode()).isEqualTo(Cid.SHA2_256_TRUNC254_PADDED);
    assertThatThrownBy(unsealed::toSealedCommitment)
        .hasMessageContaining("expected a sealed commitment");
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenBytesAreChanged(
      @ForAll("commitments") Commitment commitment,
      @ForAll @IntRange(max = 39) int position,
      @ForAll byte value) {
    byte[] bytes = Cid.commR(commitment).bytes().toArray();
    bytes[position] = value;
    assertStrict(Bytes.of(bytes));
    assertStrict(Bytes.of(bytes, 0, position));
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenAnyBytes(@ForAll @Size(max = 140) byte[] bytes) {
    assertStrict(Bytes.of(bytes));
  }

  private static void assertStrict(Bytes bytes) {
    try {
      Cid cid = Cid.fromBytes(bytes);
      assertThat(Cid.parse(cid.toString()).bytes()).isEqualTo(bytes);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("CID");
    }
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenAnyText(@ForAll String text) {
    try {
      assertThat(Cid.parse(text)).hasToString(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("CID");
    }
  }
}
