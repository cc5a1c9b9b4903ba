package io.granary.bridge.libp2p.interop;

import io.granary.bridge.libp2p.P2pStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One end of a stream: what comes is given to methods, a pattern can be sent at the peer's pace.
 */
class StreamEnd extends ChannelInboundHandlerAdapter {
  /** No frame is as long, so that one lost, doubled or moved shows. */
  private static final int PATTERN_BYTES = 65_521;

  private static final byte[] PATTERN = makePattern();

  private final P2pStream stream;
  private long left;
  private Runnable sent = () -> {};
  private boolean over;

  StreamEnd(P2pStream stream) {
    this.stream = stream;
  }

  private static byte[] makePattern() {
    byte[] bytes = new byte[PATTERN_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 + (i >> 8) * 13);
    }
    return bytes;
  }

  /** The SHA-256 of so many bytes of the pattern. */
  static byte[] patternHash(long count) {
    MessageDigest hash = sha256();
    for (long rest = count; rest > 0; rest -= PATTERN_BYTES) {
      hash.update(PATTERN, 0, (int) Math.min(rest, PATTERN_BYTES));
    }
    return hash.digest();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  P2pStream stream() {
    return stream;
  }

  void write(byte... bytes) {
    Future<Void> unused = stream.write(Unpooled.wrappedBuffer(bytes));
  }

  void closeWrite() {
    Future<Void> unused = stream.closeWrite();
  }

  /** Sends so many bytes of the pattern, from its start; {@code then} runs when all are written. */
  void sendPattern(long count, Runnable then) {
    left = count;
    sent = then;
    sendMore();
  }

  private void sendMore() {
    while (left > 0 && stream.isWritable()) {
      int length = (int) Math.min(left, PATTERN_BYTES);
      left -= length;
      Future<Void> unused = stream.write(Unpooled.wrappedBuffer(PATTERN, 0, length));
    }
    if (left == 0) {
      Runnable then = sent;
      sent = () -> {};
      then.run();
    }
  }

  /** Some bytes have come. */
  void received(byte[] bytes) {}

  /** The peer has closed its side. */
  void ended() {}

  /** The stream is gone before the peer has closed its side; called once at most. */
  void broken(Throwable cause) {}

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    received(bytes);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    sendMore();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !over) {
      over = true;
      ended();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    breakOff(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    breakOff(new IllegalStateException("the stream is gone"));
  }

  private void breakOff(Throwable cause) {
    if (!over) {
      over = true;
      broken(cause);
    }
  }
}
