package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Carries bytes in and out of embedded channels. */
final class Wire {
  private static final List<EmbeddedChannel> OPENED = new ArrayList<>();

  private Wire() {}

  /** A channel whose unread output {@link #releaseAll} releases. */
  static EmbeddedChannel open(ChannelHandler... handlers) {
    EmbeddedChannel channel = new EmbeddedChannel(handlers);
    OPENED.add(channel);
    return channel;
  }

  /** Releases what was sent and not read. */
  static void releaseAll() {
    OPENED.forEach(
        channel -> {
          channel.releaseOutbound();
          channel.releaseInbound();
        });
    OPENED.clear();
  }

  /** Everything the channel has sent since the last call. */
  static byte[] sent(EmbeddedChannel channel) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    writes(channel).forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** The same, write by write. */
  static List<byte[]> writes(EmbeddedChannel channel) {
    channel.runPendingTasks();
    List<byte[]> writes = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      byte[] bytes = new byte[out.readableBytes()];
      out.readBytes(bytes);
      out.release();
      writes.add(bytes);
    }
    return writes;
  }

  /** Delivers bytes in one piece, unless the channel is closed. */
  static void deliver(EmbeddedChannel channel, byte[] bytes) {
    deliver(channel, bytes, Integer.MAX_VALUE);
  }

  /** Delivers bytes in pieces, for as long as the channel is open. */
  static void deliver(EmbeddedChannel channel, byte[] bytes, int pieceBytes) {
    int from = 0;
    while (from < bytes.length && channel.isOpen()) {
      int to = (int) Math.min((long) from + pieceBytes, bytes.length);
      channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, from, to)));
      from = to;
    }
  }

  /** Closes the channel from this side. */
  static void close(EmbeddedChannel channel) {
    channel.close().syncUninterruptibly();
  }

  /** Carries bytes both ways, in pieces, until both sides are silent. */
  static void pump(EmbeddedChannel one, EmbeddedChannel other, int pieceBytes) {
    while (true) {
      byte[] there = sent(one);
      deliver(other, there, pieceBytes);
      byte[] back = sent(other);
      deliver(one, back, pieceBytes);
      if (there.length == 0 && back.length == 0) {
        return;
      }
    }
  }

  static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A multistream message. */
  static byte[] token(String text) {
    ByteBuf out = Unpooled.buffer();
    MultistreamTokens.write(out, text);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
