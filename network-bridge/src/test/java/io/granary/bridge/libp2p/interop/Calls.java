package io.granary.bridge.libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What our host asks of a peer that listens. */
record Calls(P2pHost host, PeerId peer, List<Multiaddr> addresses) {
  static final long LIMIT_SECONDS = 40;

  Calls(P2pHost host, Multiaddr address) {
    this(host, address.peer().orElseThrow(), List.of(address));
  }

  record Tally(long lateBytes, long resets) {}

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** A stream whose bytes are counted and hashed, and kept while they are few. */
  Call open(String... protocols) throws Exception {
    return get(opening(protocols));
  }

  CompletionStage<Call> opening(String... protocols) {
    CompletableFuture<Call> call = new CompletableFuture<>();
    return host.open(
            peer,
            addresses,
            List.of(protocols),
            stream -> {
              Call end = new Call(stream);
              stream.pushHandler(end);
              call.complete(end);
            })
        .thenCompose(opened -> call);
  }

  /** Sends so many bytes and the end; what comes back must be the same. */
  CompletionStage<Void> echo(long count) {
    return opening(Services.ECHO)
        .thenCompose(
            call -> {
              call.start(() -> call.sendPattern(count, call::closeWrite));
              return call.end();
            })
        .thenAccept(end -> end.checkPattern(count));
  }

  Tally tally() throws Exception {
    Call call = open(Services.TALLY);
    call.closeWrite();
    ByteBuffer answer = ByteBuffer.wrap(get(call.end()).bytes());
    assertThat(answer.remaining()).isEqualTo(16);
    return new Tally(answer.getLong(), answer.getLong());
  }

  /** What has come up to the peer's end; the bytes are the first of them. */
  @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
  record Received(long count, byte[] hash, byte[] bytes) {
    void checkPattern(long expected) {
      assertThat(count).isEqualTo(expected);
      assertThat(hash).isEqualTo(StreamEnd.patternHash(expected));
    }
  }

  static final class Call extends StreamEnd {
    private static final int KEPT = 64;

    private final MessageDigest hash = sha256();
    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private final CompletableFuture<Received> end = new CompletableFuture<>();
    private final CompletableFuture<Long> some = new CompletableFuture<>();
    private long count;

    Call(P2pStream stream) {
      super(stream);
    }

    /** Done with the first byte. */
    CompletionStage<Long> some() {
      return some;
    }

    /** Done at the peer's end of the stream; fails when the stream breaks before. */
    CompletionStage<Received> end() {
      return end;
    }

    /** Runs on the stream's own thread, or at once when this is it. */
    void start(Runnable work) {
      stream().pushHandler(new Starter(work));
    }

    @Override
    void received(byte[] bytes) {
      hash.update(bytes);
      count += bytes.length;
      first.write(bytes, 0, Math.min(bytes.length, KEPT - Math.min(KEPT, first.size())));
      some.complete(count);
    }

    @Override
    void ended() {
      end.complete(new Received(count, hash.digest(), first.toByteArray()));
    }

    @Override
    void broken(Throwable cause) {
      end.completeExceptionally(cause);
      some.completeExceptionally(cause);
    }
  }

  private static final class Starter extends ChannelHandlerAdapter {
    private final Runnable work;

    Starter(Runnable work) {
      this.work = work;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.executor().execute(work);
    }
  }
}
