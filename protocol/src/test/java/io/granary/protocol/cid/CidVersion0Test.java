package io.granary.protocol.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The CIDs of the empty UnixFS folder, as kubo prints them. */
class CidVersion0Test {
  private static final String V0 = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn";
  private static final String V1 = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354";

  @Test
  void isTheSameInBothVersions_whenDagPb() {
    Cid cid = Cid.parse(V0);
    assertThat(cid.version()).isZero();
    assertThat(cid.codec()).isEqualTo(Cid.DAG_PB);
    assertThat(cid.multihashCode()).isEqualTo(Cid.SHA2_256);
    assertThat(cid).hasToString(V0);
    assertThat(cid.toV1()).hasToString(V1);
    assertThat(cid.multihash()).isEqualTo(Cid.parse(V1).multihash());
    assertThat(Cid.v0(cid.digest())).isEqualTo(cid);
    assertThat(cid.bytes().length()).isEqualTo(34);
  }

  @Test
  void readsUpToItsEnd_whenOtherBytesFollow() {
    for (String text : new String[] {V0, V1}) {
      Cid cid = Cid.parse(text);
      Bytes bytes = Bytes.concat(Bytes.fromHex("ff"), cid.bytes(), Bytes.fromHex("0102"));
      assertThat(Cid.read(bytes, 1)).isEqualTo(new Cid.Read(cid, 1 + cid.bytes().length()));
      assertThatThrownBy(() -> Cid.read(cid.bytes().slice(0, 20), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("are left");
    }
  }

  @Test
  void isRefused_whenTheTextIsNoMultihash() {
    assertThatThrownBy(() -> Cid.parse("Qm" + "z".repeat(44))).hasMessageContaining("CID");
    assertThatThrownBy(() -> Cid.parse(V0.replace('N', '0')))
        .hasMessageContaining("not in the base58 alphabet");
  }

  @Test
  void base58KeepsLeadingZeros_andMatchesKnownTexts() {
    assertThat(Base58.encode(Bytes.fromHex("0000287fb4cd"))).isEqualTo("11233QC4");
    assertThat(Base58.decode("11233QC4", "x")).isEqualTo(Bytes.fromHex("0000287fb4cd"));
    assertThat(Base58.encode(Bytes.of("Hello World!".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo("2NEpo7TZRRrLZSi2U");
    assertThat(Base58.encode(Bytes.empty())).isEmpty();
    assertThat(Base58.decode("", "x")).isEqualTo(Bytes.empty());
  }
}
