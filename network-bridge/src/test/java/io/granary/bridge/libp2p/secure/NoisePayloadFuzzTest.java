package io.granary.bridge.libp2p.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.fuzz.Parsing;

/** What a peer says in its Noise handshake, before it is known who it is. */
class NoisePayloadFuzzTest {
  private static final byte[] STATIC_KEY = HandshakeVectors.noise("responder_static_x25519_pub");
  private static final int MUXERS_MAX = 16;

  @FuzzTest
  void namesAPeerAndFewMuxers_whenAccepted(byte[] input) {
    Parsing.of(
            input,
            () -> NoisePayload.verified(input, STATIC_KEY, MUXERS_MAX),
            HandshakeException.class)
        .ifPresent(
            payload -> {
              assertThat(payload.muxers()).hasSizeLessThanOrEqualTo(MUXERS_MAX);
              PeerId peer = PeerId.of(payload.identityKey());
              assertThat(PeerId.parse(peer.toString())).isEqualTo(peer);
            });
  }
}
