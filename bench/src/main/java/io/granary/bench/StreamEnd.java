package io.granary.bench;

import io.granary.bridge.libp2p.P2pStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;

/**
 * One end of a stream that carries the pattern of the interop peers: counts and hashes what comes,
 * sends at the peer's pace. On the stream's event loop but for {@link #received}.
 */
class StreamEnd extends ChannelInboundHandlerAdapter {
  /** As the peers' pattern: no frame is as long. */
  private static final int PATTERN_BYTES = 65_521;

  /** What is kept of the first bytes: a request, or a sink's answer. */
  private static final int FIRST_BYTES_MAX = 40;

  private static final byte[] PATTERN = makePattern();
  private static final ByteBuf DIRECT_PATTERN =
      Unpooled.unreleasableBuffer(Unpooled.directBuffer(PATTERN_BYTES).writeBytes(PATTERN));

  /**
   * What came up to the peer's end.
   *
   * @param hash SHA-256 of all of it
   * @param first its first bytes, 40 at most
   */
  record Received(long count, ByteBuffer hash, ByteBuffer first) {}

  private final P2pStream stream;
  private final MessageDigest receivedHash = sha256();
  private final MessageDigest sentHash = sha256();
  private final ByteBuffer first = ByteBuffer.allocate(FIRST_BYTES_MAX);
  private final byte[] copy = new byte[64 << 10];
  private final CompletableFuture<Received> received = new CompletableFuture<>();
  private final boolean hashesSent;
  private long count;
  private long left;

  /**
   * @param hashesSent whether what is sent is hashed too
   */
  StreamEnd(P2pStream stream, boolean hashesSent) {
    this.stream = stream;
    this.hashesSent = hashesSent;
  }

  private static byte[] makePattern() {
    byte[] bytes = new byte[PATTERN_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 + (i >> 8) * 13);
    }
    return bytes;
  }

  /** The SHA-256 of so many bytes of the pattern. */
  static ByteBuffer patternHash(long count) {
    MessageDigest hash = sha256();
    for (long rest = count; rest > 0; rest -= PATTERN_BYTES) {
      hash.update(PATTERN, 0, (int) Math.min(rest, PATTERN_BYTES));
    }
    return ByteBuffer.wrap(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Done at the peer's end of the stream; fails when the stream breaks before. */
  CompletableFuture<Received> received() {
    return received;
  }

  /** What a sink answers to all that was sent. */
  ByteBuffer sentAnswer(long bytes) {
    return answer(bytes, ByteBuffer.wrap(sentHash.digest()));
  }

  static ByteBuffer answer(long count, ByteBuffer hash) {
    return ByteBuffer.allocate(Long.BYTES + hash.remaining())
        .putLong(count)
        .put(hash.duplicate())
        .flip();
  }

  /** Sends so many bytes of the pattern, then the end. */
  final void sendPattern(long bytes) {
    left = bytes;
    sendMore();
  }

  private void sendMore() {
    while (left > 0 && stream.isWritable()) {
      int length = (int) Math.min(left, PATTERN_BYTES);
      left -= length;
      if (hashesSent) {
        sentHash.update(PATTERN, 0, length);
      }
      Future<Void> unused = stream.write(DIRECT_PATTERN.slice(0, length));
      if (left == 0) {
        closeWrite();
      }
    }
  }

  final void closeWrite() {
    Future<Void> unused = stream.closeWrite();
  }

  /** The stream is this end's from now on. */
  void start() {}

  /** More bytes have come; {@code first} has the first of them up to its position. */
  void grew(ByteBuffer first) {}

  /** All has come. */
  void ended(Received all) {}

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      while (bytes.isReadable()) {
        int length = Math.min(bytes.readableBytes(), copy.length);
        bytes.readBytes(copy, 0, length);
        receivedHash.update(copy, 0, length);
        first.put(copy, 0, Math.min(length, first.remaining()));
        count += length;
      }
    } finally {
      bytes.release();
    }
    grew(first);
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    sendMore();
  }

  @Override
  public final void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !received.isDone()) {
      Received all =
          new Received(
              count, ByteBuffer.wrap(receivedHash.digest()), first.duplicate().flip().slice());
      received.complete(all);
      ended(all);
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    received.completeExceptionally(cause);
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    received.completeExceptionally(new IllegalStateException("the stream is gone"));
  }
}
