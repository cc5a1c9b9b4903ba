package io.granary.protocol.cid;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.Bytes;
import io.granary.protocol.fuzz.Parsing;
import java.nio.charset.StandardCharsets;

/** CIDs as bytes, at the start of other bytes, and as text. */
class CidFuzzTest {
  @FuzzTest
  void comesOutAsItWentIn_whenAccepted(byte[] input) {
    Bytes bytes = Bytes.of(input);
    Parsing.of(input, () -> Cid.fromBytes(bytes), IllegalArgumentException.class)
        .ifPresent(
            cid -> {
              assertThat(cid.bytes()).isEqualTo(bytes);
              check(cid);
            });
    Parsing.of(input, () -> Cid.read(bytes, 0), IllegalArgumentException.class)
        .ifPresent(
            read -> {
              assertThat(read.cid().bytes()).isEqualTo(bytes.slice(0, read.next()));
              check(read.cid());
            });
    String text = new String(input, StandardCharsets.UTF_8);
    Parsing.of(input, () -> Cid.parse(text), IllegalArgumentException.class)
        .ifPresent(
            cid -> {
              assertThat(cid.toString()).isEqualTo(text);
              check(cid);
            });
  }

  private static void check(Cid cid) {
    assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
    assertThat(cid.multihash().length()).isGreaterThanOrEqualTo(2 + cid.digest().length());
    assertThat(cid.codec()).isNotNegative();
    assertThat(cid.multihashCode()).isNotNegative();
    assertThat(cid.toV1().digest()).isEqualTo(cid.digest());
    Parsing.of(cid.bytes().toArray(), cid::toUnsealedCommitment, IllegalArgumentException.class)
        .ifPresent(commitment -> assertThat(Cid.unsealed(commitment)).isEqualTo(cid));
  }
}
