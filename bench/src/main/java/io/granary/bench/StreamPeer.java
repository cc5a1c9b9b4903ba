package io.granary.bench;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Our host as a program with the command line of the interop peers (docs/testing-interop.md), as
 * far as {@link StreamBenchmark} needs it; it does the same work, hashes and checks included.
 *
 * <pre>
 * listen                                     prints its address, serves until its input ends
 * dial MULTIADDR sink:BYTES | source:BYTES…  a line of JSON each; exit code 0 when all held
 * </pre>
 */
public final class StreamPeer {
  static final String SINK = "/granary/interop/sink/1.0.0";
  static final String SOURCE = "/granary/interop/source/1.0.0";
  private static final long LIMIT_SECONDS = 40;

  private StreamPeer() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    List<String> words = List.of(arguments);
    Report report = Report.onStandardOutput();
    try (NettyHost host =
        NettyHost.start(Identity.generate(), Libp2pSettings.from(ConfigFactory.load()))) {
      if (words.equals(List.of("listen"))) {
        listen(host, report);
      } else if (words.size() > 2 && words.get(0).equals("dial")) {
        dial(host, Multiaddr.parse(words.get(1)), words.subList(2, words.size()), report);
      } else {
        throw new IllegalArgumentException("usage: listen | dial MULTIADDR COMMAND…");
      }
    }
  }

  private static void listen(P2pHost host, Report report) throws IOException {
    serve(host);
    report.line("%s", host.listenAddresses().get(0).withPeer(host.peerId()));
    while (System.in.read() >= 0) {
      // Nothing is said to it but the end.
    }
  }

  static void serve(P2pHost host) {
    host.serve(SINK, stream -> stream.pushHandler(new Sink(stream)));
    host.serve(SOURCE, stream -> stream.pushHandler(new Source(stream)));
  }

  private static void dial(P2pHost host, Multiaddr address, List<String> commands, Report report)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    for (String command : commands) {
      String[] parts = command.split(":", 2);
      long bytes = Long.parseLong(parts[1]);
      long start = System.nanoTime();
      switch (parts[0]) {
        case "sink" -> sink(host, address, bytes);
        case "source" -> source(host, address, bytes);
        default -> throw new IllegalArgumentException(command + ": no such command");
      }
      report.line(
          "{\"command\":\"%s\",\"millis\":%d}", command, (System.nanoTime() - start) / 1_000_000);
    }
  }

  static void sink(P2pHost host, Multiaddr address, long bytes)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    StreamEnd end = open(host, address, SINK, stream -> new Filler(stream, bytes));
    StreamEnd.Received answer = end.received().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!answer.first().equals(end.sentAnswer(bytes))) {
      throw new IOException("sent " + bytes + " bytes, the sink has others");
    }
  }

  static void source(P2pHost host, Multiaddr address, long bytes)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    StreamEnd end = open(host, address, SOURCE, stream -> new Drain(stream, bytes));
    StreamEnd.Received all = end.received().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (all.count() != bytes || !all.hash().equals(StreamEnd.patternHash(bytes))) {
      throw new IOException("asked for " + bytes + " bytes, got " + all.count() + " or others");
    }
  }

  private static StreamEnd open(
      P2pHost host, Multiaddr address, String protocol, Function<P2pStream, StreamEnd> maker)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<StreamEnd> opened = new CompletableFuture<>();
    P2pStream unused =
        host.open(
                address.peer().orElseThrow(),
                List.of(address),
                List.of(protocol),
                stream -> {
                  StreamEnd end = maker.apply(stream);
                  stream.pushHandler(end);
                  end.start();
                  opened.complete(end);
                })
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return opened.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static void write(P2pStream stream, ByteBuffer bytes) {
    Future<Void> unused = stream.write(Unpooled.wrappedBuffer(bytes));
  }

  /** Answers the end of the input with its length and hash. */
  private static final class Sink extends StreamEnd {
    private final P2pStream stream;

    Sink(P2pStream stream) {
      super(stream, false);
      this.stream = stream;
    }

    @Override
    void ended(Received all) {
      write(stream, answer(all.count(), all.hash()));
      closeWrite();
    }
  }

  /** Sends as much as eight bytes ask for. */
  private static final class Source extends StreamEnd {
    private boolean asked;

    Source(P2pStream stream) {
      super(stream, false);
    }

    @Override
    void grew(ByteBuffer first) {
      if (!asked && first.position() >= Long.BYTES) {
        asked = true;
        sendPattern(first.getLong(0));
      }
    }
  }

  /** Sends to a sink. */
  private static final class Filler extends StreamEnd {
    private final long bytes;

    Filler(P2pStream stream, long bytes) {
      super(stream, true);
      this.bytes = bytes;
    }

    @Override
    void start() {
      sendPattern(bytes);
    }
  }

  /** Reads from a source; ends its own side when the source has ended. */
  private static final class Drain extends StreamEnd {
    private final P2pStream stream;
    private final long bytes;

    Drain(P2pStream stream, long bytes) {
      super(stream, false);
      this.stream = stream;
      this.bytes = bytes;
    }

    @Override
    void start() {
      write(stream, ByteBuffer.allocate(Long.BYTES).putLong(bytes).flip());
    }

    @Override
    void ended(Received all) {
      closeWrite();
    }
  }
}
