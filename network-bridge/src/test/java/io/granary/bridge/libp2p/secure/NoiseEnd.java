package io.granary.bridge.libp2p.secure;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Optional;

/** One end of a connection that goes through the handshake. */
final class NoiseEnd {
  static final Identity DIALER = Identity.ofSeed(HandshakeVectors.noise("initiator_ed25519_seed"));
  static final Identity LISTENER =
      Identity.ofSeed(HandshakeVectors.noise("responder_ed25519_seed"));

  final Promise<SecureSession> session = ImmediateEventExecutor.INSTANCE.newPromise();
  final Recorder recorder = new Recorder();
  final EmbeddedChannel channel;

  private NoiseEnd(
      boolean dialer, Optional<PeerId> expected, List<String> muxers, HandshakeLimits limits) {
    this(
        dialer,
        expected,
        muxers,
        limits,
        dialer ? NoiseXxTest.vectorDialer() : NoiseXxTest.vectorListener());
  }

  private NoiseEnd(
      boolean dialer,
      Optional<PeerId> expected,
      List<String> muxers,
      HandshakeLimits limits,
      NoiseXx noise) {
    ChannelHandler handshake =
        new NoiseHandshake(
            dialer ? DIALER : LISTENER, dialer, expected, muxers, limits, session, noise);
    channel = Wire.open(handshake, recorder);
  }

  static NoiseEnd dialer(String... muxers) {
    return new NoiseEnd(
        true, Optional.of(LISTENER.peerId()), List.of(muxers), HandshakeLimits.defaults());
  }

  static NoiseEnd dialerTo(PeerId expected) {
    return new NoiseEnd(true, Optional.of(expected), List.of(), HandshakeLimits.defaults());
  }

  static NoiseEnd listener(String... muxers) {
    return new NoiseEnd(false, Optional.empty(), List.of(muxers), HandshakeLimits.defaults());
  }
}
