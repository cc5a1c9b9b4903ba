package io.granary.bridge.libp2p.interop;

import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.yamux.StreamResetException;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What our host serves the peers under test; they serve the same. */
final class Services {
  /** Gives back what comes, ends when the peer does. */
  static final String ECHO = "/granary/interop/echo/1.0.0";

  /** Answers the end of the input with its length (8 bytes, big-endian) and its SHA-256. */
  static final String SINK = "/granary/interop/sink/1.0.0";

  /** Sends as much of the pattern as 8 bytes ask for, ends, and reads on to the end. */
  static final String SOURCE = "/granary/interop/source/1.0.0";

  /** Resets the stream after the first bytes. */
  static final String RESET = "/granary/interop/reset/1.0.0";

  /**
   * Two numbers of 8 bytes: what sources have read after their own end, resets echoes have seen.
   */
  static final String TALLY = "/granary/interop/tally/1.0.0";

  static final List<String> ALL = List.of(ECHO, RESET, SINK, SOURCE, TALLY);

  private final AtomicLong lateBytes = new AtomicLong();
  private final AtomicLong resetsSeen = new AtomicLong();

  void serve(P2pHost host) {
    host.serve(ECHO, stream -> stream.pushHandler(new Echo(stream)));
    host.serve(SINK, stream -> stream.pushHandler(new Sink(stream)));
    host.serve(SOURCE, stream -> stream.pushHandler(new Source(stream)));
    host.serve(RESET, stream -> stream.pushHandler(new Reset(stream)));
    host.serve(TALLY, this::tell);
  }

  private void tell(P2pStream stream) {
    StreamEnd end = new StreamEnd(stream);
    stream.pushHandler(end);
    end.write(ByteBuffer.allocate(16).putLong(lateBytes.get()).putLong(resetsSeen.get()).array());
    end.closeWrite();
  }

  private final class Echo extends StreamEnd {
    Echo(P2pStream stream) {
      super(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      super.channelRead(ctx, message);
      ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    void received(byte[] bytes) {
      write(bytes);
    }

    @Override
    void ended() {
      closeWrite();
    }

    @Override
    void broken(Throwable cause) {
      if (cause instanceof StreamResetException reset && reset.byPeer()) {
        resetsSeen.incrementAndGet();
      }
    }
  }

  private static final class Sink extends StreamEnd {
    private final MessageDigest hash = sha256();
    private long count;

    Sink(P2pStream stream) {
      super(stream);
    }

    @Override
    void received(byte[] bytes) {
      hash.update(bytes);
      count += bytes.length;
    }

    @Override
    void ended() {
      write(ByteBuffer.allocate(40).putLong(count).put(hash.digest()).array());
      closeWrite();
    }
  }

  private final class Source extends StreamEnd {
    private final ByteBuffer request = ByteBuffer.allocate(Long.BYTES);

    Source(P2pStream stream) {
      super(stream);
    }

    @Override
    void received(byte[] bytes) {
      int asked = Math.min(request.remaining(), bytes.length);
      request.put(bytes, 0, asked);
      if (asked > 0 && !request.hasRemaining()) {
        sendPattern(request.getLong(0), this::closeWrite);
      }
      lateBytes.addAndGet(bytes.length - asked);
    }
  }

  private static final class Reset extends StreamEnd {
    Reset(P2pStream stream) {
      super(stream);
    }

    @Override
    void received(byte[] bytes) {
      stream().reset();
    }
  }
}
