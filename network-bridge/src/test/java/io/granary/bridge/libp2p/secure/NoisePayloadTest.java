package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.bridge.libp2p.peer.Identity;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoisePayloadTest {
  private static final Identity LISTENER =
      Identity.ofSeed(HandshakeVectors.noise("responder_ed25519_seed"));
  private static final byte[] STATIC_KEY = HandshakeVectors.noise("responder_static_x25519_pub");
  private static final int MUXERS_MAX = 100;

  @Test
  void writesVector_withIdentityAndMuxers() {
    assertThat(NoisePayload.encode(LISTENER, STATIC_KEY, List.of("/yamux/1.0.0")))
        .isEqualTo(HandshakeVectors.noise("msg2_payload"));
  }

  @Test
  void readsVector_andVerifiesIt() {
    NoisePayload payload =
        NoisePayload.verified(HandshakeVectors.noise("msg2_payload"), STATIC_KEY, MUXERS_MAX);
    assertThat(payload.identityKey()).isEqualTo(LISTENER.publicKey());
    assertThat(payload.muxers()).containsExactly("/yamux/1.0.0");
  }

  @Test
  void leavesExtensionOut_whenThereAreNoMuxers() {
    byte[] encoded = NoisePayload.encode(LISTENER, STATIC_KEY, List.of());
    assertThat(encoded).hasSize(2 + 36 + 2 + 64);
    assertThat(NoisePayload.verified(encoded, STATIC_KEY, MUXERS_MAX).muxers()).isEmpty();
  }

  @Test
  void passesOverUnknownFields() {
    byte[] more =
        Wire.join(
            new ProtoWriter().varint(3, 7).text(9, "later").toBytes(),
            HandshakeVectors.noise("msg2_payload"),
            new ProtoWriter().bytes(4, new ProtoWriter().text(1, "certhash").toBytes()).toBytes());
    assertThat(NoisePayload.verified(more, STATIC_KEY, MUXERS_MAX).muxers())
        .containsExactly("/yamux/1.0.0");
  }

  @Test
  void ignoresMuxers_whenTheListIsLongerThanAllowed() {
    assertThat(muxersRead(MUXERS_MAX)).hasSize(MUXERS_MAX);
    assertThat(muxersRead(MUXERS_MAX + 1)).isEmpty();
  }

  private static List<String> muxersRead(int count) {
    byte[] payload = NoisePayload.encode(LISTENER, STATIC_KEY, Collections.nCopies(count, "/m"));
    return NoisePayload.verified(payload, STATIC_KEY, MUXERS_MAX).muxers();
  }

  @Test
  void refuses_whenAnotherStaticKeyWasSigned() {
    byte[] other = HandshakeVectors.noise("initiator_static_x25519_pub");
    assertThatThrownBy(
            () -> NoisePayload.verified(HandshakeVectors.noise("msg2_payload"), other, MUXERS_MAX))
        .isInstanceOf(HandshakeException.class)
        .hasMessageContaining("did not sign");
  }

  @Test
  void refuses_whenKeyOrSignatureIsMissing() {
    byte[] signature = LISTENER.sign(NoisePayload.signedBytes(STATIC_KEY));
    byte[] key = LISTENER.publicKey().encode();
    for (byte[] payload :
        List.of(
            new byte[0],
            new ProtoWriter().bytes(2, signature).toBytes(),
            new ProtoWriter().bytes(1, key).toBytes())) {
      assertThatThrownBy(() -> NoisePayload.verified(payload, STATIC_KEY, MUXERS_MAX))
          .isInstanceOf(HandshakeException.class);
    }
  }

  @Test
  void refuses_whenCutShortAnywhere() {
    byte[] whole = HandshakeVectors.noise("msg2_payload");
    int unsignedEnd = 2 + 36 + 2 + 64;
    for (int length = 0; length < unsignedEnd; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> NoisePayload.verified(cut, STATIC_KEY, MUXERS_MAX))
          .as("%d bytes", length)
          .isInstanceOf(HandshakeException.class);
    }
  }
}
