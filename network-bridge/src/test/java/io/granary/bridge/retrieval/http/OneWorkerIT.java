package io.granary.bridge.retrieval.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Answers that share one worker thread. */
class OneWorkerIT {
  private static final int PATIENCE_MILLIS = 20_000;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean othersAnswered = new AtomicBoolean();
  private final AtomicBoolean gaveUp = new AtomicBoolean();

  /**
   * Ends when the others were answered, or gives up: a reader that takes it as fast as it comes.
   */
  private final class Greedy implements Body {
    private final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS / 2);

    @Override
    public OptionalLong length() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) throws IOException {
      begun.countDown();
      if (othersAnswered.get()) {
        return Optional.empty();
      }
      if (System.nanoTime() > end) {
        gaveUp.set(true);
        return Optional.empty();
      }
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return Optional.of(Part.of(Unpooled.wrappedBuffer(new byte[] {1})));
    }

    @Override
    public void close() {}
  }

  @Test
  void givesTheThreadToAnother_whileAnAnswerCouldGoOn() throws Exception {
    RequestHandler handler =
        head ->
            head.path().get(0).equals("greedy")
                ? new Answer(200, Map.of(), new Greedy())
                : new Answer(200, Map.of(), Body.of(new byte[] {7}));
    try (HttpServer server = HttpServer.start(settings(), handler, InstantSource.system());
        Socket greedy = get(server.address(), "greedy")) {
      assertThat(begun.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
      try (Socket other = get(server.address(), "other")) {
        byte[] answer = other.getInputStream().readAllBytes();
        assertThat(new String(answer, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 200 ");
      }
      assertThat(gaveUp).as("only the end of the first answer let the second begin").isFalse();
      othersAnswered.set(true);
      assertThat(greedy.getInputStream().readAllBytes()).isNotEmpty();
    }
    assertThat(gaveUp).isFalse();
  }

  private static Socket get(InetSocketAddress server, String path) throws IOException {
    Socket socket = new Socket(server.getAddress(), server.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    String request = "GET /" + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static HttpSettings settings() {
    Config config =
        ConfigFactory.parseString(
                "granary.network-bridge.retrieval { port = 0, workers = 1, loops = 1 }")
            .withFallback(ConfigFactory.load())
            .resolve();
    return RetrievalSettings.from(config).http();
  }
}
