package io.granary.bridge.libp2p.secure;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.peer.PublicKey;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Noise handshake of libp2p ({@code /noise}, libp2p/specs {@code noise/README.md}): XX pattern,
 * each side proving with its identity key that the Noise key is its own.
 *
 * <p>On success, in this order: {@link NoiseFrames} takes its place behind it, {@code session} is
 * completed and the {@link SecureSession} is fired as a user event (both are places to install what
 * runs inside; writes are encrypted from then on), it leaves the pipeline, and bytes that came
 * behind the handshake are decrypted and handed on. On failure {@code session} fails with {@link
 * HandshakeException} and the channel is closed.
 *
 * <p>A message longer than the limit is refused on its two length bytes. Static keys are made for
 * each session and used in no other.
 */
public final class NoiseHandshake extends TimedStep {
  private final Identity identity;
  private final boolean dialer;
  private final Optional<PeerId> expected;
  private final List<String> muxers;
  private final HandshakeLimits limits;
  private final Promise<SecureSession> session;
  private final NoiseXx noise;
  private @Nullable NoisePayload remote;

  /**
   * @param dialer whether this side opened the connection
   * @param expected the only peer that may answer; given whenever one is dialed by its id
   * @param muxers offered inside the handshake in order of preference; empty for multistream-select
   *     afterwards
   * @param session must notify on the channel's event loop
   */
  public NoiseHandshake(
      Identity identity,
      boolean dialer,
      Optional<PeerId> expected,
      List<String> muxers,
      HandshakeLimits limits,
      Promise<SecureSession> session) {
    this(identity, dialer, expected, muxers, limits, session, NoiseXx.fresh(dialer));
  }

  NoiseHandshake(
      Identity identity,
      boolean dialer,
      Optional<PeerId> expected,
      List<String> muxers,
      HandshakeLimits limits,
      Promise<SecureSession> session,
      NoiseXx noise) {
    super("noise handshake", limits.timeLimit());
    this.identity = identity;
    this.dialer = dialer;
    this.expected = expected;
    this.muxers = List.copyOf(muxers);
    this.limits = limits;
    this.session = session;
    this.noise = noise;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    if (dialer) {
      send(ctx, new byte[0]);
    }
  }

  @Override
  void take(ChannelHandlerContext ctx, ByteBuf in) {
    if (in.readableBytes() < NoiseFrames.LENGTH_BYTES) {
      return;
    }
    int length = in.getUnsignedShort(in.readerIndex());
    if (length > limits.frameBytesMax()) {
      throw new HandshakeException(
          "handshake message of "
              + length
              + " bytes, at most "
              + limits.frameBytesMax()
              + " are taken");
    }
    if (in.readableBytes() < NoiseFrames.LENGTH_BYTES + length) {
      return;
    }
    byte[] message = new byte[length];
    in.skipBytes(NoiseFrames.LENGTH_BYTES).readBytes(message);
    receive(ctx, message);
  }

  private void receive(ChannelHandlerContext ctx, byte[] message) {
    byte[] payload = noise.read(message);
    if (noise.remoteStatic().length > 0) {
      remote = NoisePayload.verified(payload, noise.remoteStatic(), limits.muxersMax());
      requireExpected(remote.identityKey());
      requireCommonMuxer(remote.muxers());
    }
    if (noise.isMyTurn()) {
      send(ctx, NoisePayload.encode(identity, noise.localStatic(), muxers));
    }
    if (noise.isFinished() && remote != null) {
      finish(ctx, remote);
    }
  }

  private void send(ChannelHandlerContext ctx, byte[] payload) {
    byte[] message = noise.write(payload);
    ByteBuf frame = ctx.alloc().buffer(NoiseFrames.LENGTH_BYTES + message.length);
    frame.writeShort(message.length).writeBytes(message);
    ctx.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  private void requireExpected(PublicKey remoteKey) {
    PeerId id = PeerId.of(remoteKey);
    if (expected.isPresent() && !expected.get().equals(id)) {
      throw new HandshakeException("expected peer " + expected.get() + ", found " + id);
    }
  }

  private void requireCommonMuxer(List<String> theirs) {
    if (!muxers.isEmpty() && !theirs.isEmpty() && earlyMuxer(theirs).isEmpty()) {
      throw new HandshakeException(
          "no common muxer: we speak "
              + muxers
              + ", the remote lists "
              + MultistreamTokens.quote(theirs.toString()));
    }
  }

  /** The first of the dialer's list that the listener has too. */
  private Optional<String> earlyMuxer(List<String> theirs) {
    List<String> proposed = dialer ? muxers : theirs;
    List<String> known = dialer ? theirs : muxers;
    return proposed.stream().filter(known::contains).findFirst();
  }

  private void finish(ChannelHandlerContext ctx, NoisePayload payload) {
    byte[][] keys = noise.split();
    FrameCipher outgoing = FrameCiphers.inUse().of(keys[dialer ? 0 : 1]);
    FrameCipher incoming = FrameCiphers.inUse().of(keys[dialer ? 1 : 0]);
    SecureSession agreed =
        new SecureSession(
            identity.peerId(),
            PeerId.of(payload.identityKey()),
            payload.identityKey(),
            earlyMuxer(payload.muxers()));
    ctx.pipeline().addAfter(ctx.name(), null, new NoiseFrames(ctx.channel(), outgoing, incoming));
    if (!session.trySuccess(agreed)) {
      throw new HandshakeException("nobody waits for the session any more");
    }
    if (succeed()) {
      ctx.fireUserEventTriggered(agreed);
      ctx.pipeline().remove(this);
    }
  }

  @Override
  void failed(ChannelHandlerContext ctx, SecureChannelException reason) {
    session.tryFailure(reason);
  }

  @Override
  HandshakeException problem(String message, @Nullable Throwable cause) {
    return cause == null ? new HandshakeException(message) : new HandshakeException(message, cause);
  }
}
