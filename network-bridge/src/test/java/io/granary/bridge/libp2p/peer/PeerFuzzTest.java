package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Names, keys and signed records of peers. */
class PeerFuzzTest {
  /** Reading an RSA key, and providers of the JDK that are looked up for it. */
  private static final long KEY_BYTES = 4 << 20;

  @FuzzTest
  void comesOutAsItWentIn_whenAccepted(byte[] input) {
    Parsing.of(input, () -> PeerId.ofBytes(input), PeerFormatException.class)
        .ifPresent(
            peer -> {
              assertThat(peer.bytes()).isEqualTo(input);
              check(peer);
            });
    String text = new String(input, StandardCharsets.UTF_8);
    Parsing.of(input, () -> PeerId.parse(text), PeerFormatException.class)
        .ifPresent(PeerFuzzTest::check);
    Parsing.of(input.length, KEY_BYTES, () -> PublicKey.decode(input), PeerFormatException.class)
        .ifPresent(
            key -> {
              assertThat(key.encode()).isEqualTo(input);
              check(PeerId.of(key));
              assertThat(key.verify(input, input)).isFalse();
            });
    signed(input);
  }

  private static void check(PeerId peer) {
    assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
    assertThat(PeerId.parse(peer.toCid())).isEqualTo(peer);
    Optional<PublicKey> inline =
        Parsing.of(44, KEY_BYTES, peer::inlineKey, PeerFormatException.class).flatMap(key -> key);
    inline.ifPresent(key -> assertThat(PeerId.of(key)).isEqualTo(peer));
  }

  private static void signed(byte[] input) {
    Parsing.of(
            input.length, KEY_BYTES, () -> SignedEnvelope.decode(input), PeerFormatException.class)
        .ifPresent(
            envelope -> {
              assertThat(SignedEnvelope.decode(envelope.encode())).isEqualTo(envelope);
              Parsing.of(
                      input.length,
                      KEY_BYTES,
                      () -> PeerRecord.open(envelope),
                      PeerFormatException.class)
                  .ifPresent(found -> assertThat(found.peer()).isEqualTo(envelope.signer()));
            });
    Parsing.of(input, () -> PeerRecord.decode(input), PeerFormatException.class)
        .ifPresent(found -> assertThat(PeerRecord.decode(found.encode())).isEqualTo(found));
  }
}
