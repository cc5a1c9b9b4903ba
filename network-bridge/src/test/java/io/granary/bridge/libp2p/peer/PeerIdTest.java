package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.codec.Multibase;
import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
  private static final String HASHED = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
  private static final Identity OURS = Identity.ofSeed(new byte[32]);
  private static final Bytes CID = Bytes.fromHex("0172");

  @Test
  void isTheSame_inEveryMultibaseOfTheCid() {
    PeerId id = PeerId.parse(HASHED);
    Bytes cid = Bytes.concat(CID, id.multihash());
    String base32 = Multibase.base32(cid);
    assertThat(base32).startsWith("bafz");
    assertThat(PeerId.parse(base32)).isEqualTo(id);
    assertThat(PeerId.parse(base32.toUpperCase(Locale.ROOT))).isEqualTo(id);
    assertThat(Multibase.base36(cid)).startsWith("k2k");
    assertThat(PeerId.parse(Multibase.base36(cid))).isEqualTo(id);
    assertThat(PeerId.parse('z' + Base58.encode(cid))).isEqualTo(id);
    assertThat(PeerId.parse('f' + cid.toHex())).isEqualTo(id);
    assertThat(PeerId.parse(Multibase.base64url(cid))).isEqualTo(id);
  }

  @Test
  void holdsTheKey_whenItIsShort() {
    assertThat(OURS.peerId().inlineKey()).contains(OURS.publicKey());
    assertThat(OURS.peerId().toString()).startsWith("12D3Koo");
    assertThat(PeerId.parse(HASHED).inlineKey()).isEmpty();
  }

  @Test
  void refusesTheKey_whenTheIdHoldsNone() {
    PeerId nobody = PeerId.ofBytes(new byte[] {0, 2, 7, 7});
    assertThatThrownBy(nobody::inlineKey).isInstanceOf(PeerFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "0000",
        "002408",
        "1220",
        "122000",
        "1221000000000000000000000000000000000000000000000000000000000000000000",
        "1302aabb",
        "1120000000000000000000000000000000000000000000000000000000000000000000",
        "002b00000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "80000101",
      })
  void refusesBytes_whenNoMultihashOfAKey(String hex) {
    assertThatThrownBy(() -> PeerId.ofBytes(Bytes.fromHex(hex).toArray()))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageStartingWith("peer id: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Qm",
        "1",
        "tcp",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50",
        "QmxoHT6iViN5xAjoz1VZ553cL31U9F94ht3QvWR1FrEbZY",
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqx",
      })
  void refusesText_whenNoPeerId(String text) {
    assertThatThrownBy(() -> PeerId.parse(text))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageStartingWith("peer id: ");
  }

  @Test
  void refusesACid_whenOfAnotherCodecOrVersion() {
    Bytes multihash = PeerId.parse(HASHED).multihash();
    Bytes dagPb = Bytes.concat(Bytes.fromHex("0170"), multihash);
    assertThatThrownBy(() -> PeerId.parse(Multibase.base32(dagPb)))
        .hasMessageContaining("codec 112, expected 114");
    Bytes versionTwo = Bytes.concat(Bytes.fromHex("0272"), multihash);
    assertThatThrownBy(() -> PeerId.parse(Multibase.base32(versionTwo)))
        .isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> PeerId.parse('z' + Base58.encode(multihash)))
        .isInstanceOf(PeerFormatException.class);
  }

  @Test
  void refusesText_whenTooLong() {
    assertThatThrownBy(() -> PeerId.parse("1".repeat(1 << 20)))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining("at most 128");
    assertThatThrownBy(() -> PeerId.parse("z".repeat(1 << 20)))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining("at most 128");
  }
}
