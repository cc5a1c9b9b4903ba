package io.granary.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server that breaks off. */
@Timeout(60)
class HttpFetchIT {
  private static final int SIZE = 1_000_000;
  private static final int CUT = 300_000;
  private static final long BYTES_MAX = 2L * SIZE;

  @TempDir private Path folder;

  private final byte[] content = new byte[SIZE];
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private final HttpServer http = server();

  /** What the server does with one request. */
  private interface Answer {
    void give(HttpExchange exchange, int from) throws IOException;
  }

  private volatile Answer answer = (exchange, from) -> give(exchange, from, CUT, "\"one\"");

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void start() {
    new Random(5).nextBytes(content);
    http.createContext(
        "/",
        exchange -> {
          String range =
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
          ranges.add(range);
          answer.give(exchange, range.isEmpty() ? 0 : from(range));
        });
    http.start();
  }

  /** Of {@code bytes=300000-}. */
  private static int from(String range) {
    return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  /** Declares all from {@code from} on, sends {@code bytes} of it and breaks the connection. */
  private void give(HttpExchange exchange, int from, int bytes, String etag) throws IOException {
    if (!etag.isEmpty()) {
      exchange.getResponseHeaders().set("ETag", etag);
    }
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
    }
    try (exchange) {
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, SIZE - from);
      exchange.getResponseBody().write(content, from, Math.min(bytes, SIZE - from));
    }
  }

  private Path fetch(String settings) {
    Path target = folder.resolve("target");
    new HttpFetch(BoostProvider.settings("download-resume-pause = 10ms\n" + settings))
        .get(
            URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/x"),
            "*/*",
            target,
            BYTES_MAX,
            bytes -> {});
    return target;
  }

  private void refused(String settings, String why) {
    assertThatThrownBy(() -> fetch(settings))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining(why);
  }

  @Test
  void goesOnWhereItEnded_whenTheConnectionBreaksAgainAndAgain() {
    assertThat(fetch("")).hasBinaryContent(content);
    assertThat(ranges).containsExactly("", "bytes=300000-", "bytes=600000-", "bytes=900000-");
  }

  @Test
  void asksOnlyForTheSameContent_whenItGoesOn() {
    List<String> tags = new CopyOnWriteArrayList<>();
    answer =
        (exchange, from) -> {
          tags.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-Range")));
          give(exchange, from, SIZE / 2, "\"one\"");
        };
    assertThat(fetch("")).hasBinaryContent(content);
    assertThat(tags).containsExactly("null", "\"one\"");
  }

  @Test
  void startsAgain_whenTheServerAnswersWithTheWhole() {
    answer =
        (exchange, from) ->
            give(exchange, 0, ranges.size() == 1 ? CUT : SIZE, "\"" + ranges.size() + "\"");
    assertThat(fetch("")).hasBinaryContent(content);
    assertThat(ranges).containsExactly("", "bytes=300000-");
  }

  @Test
  void goesOn_whenTheServerIsBusyMeanwhile() {
    answer =
        (exchange, from) -> {
          switch (ranges.size()) {
            case 1 -> give(exchange, from, CUT, "\"one\"");
            case 2 -> {
              exchange.sendResponseHeaders(503, -1);
              exchange.close();
            }
            default -> give(exchange, from, SIZE, "\"one\"");
          }
        };
    assertThat(fetch("")).hasBinaryContent(content);
    assertThat(ranges).hasSize(3);
  }

  @Test
  void givesUp_whenItBreaksOffOnceTooOften() {
    answer = (exchange, from) -> give(exchange, from, 1000, "\"one\"");
    refused("download-resumes-max = 2", "http://127.0.0.1");
    assertThat(ranges).containsExactly("", "bytes=1000-", "bytes=2000-");
  }

  @Test
  void givesUpAtOnce_whenNothingSaysThatTheContentIsTheSame() {
    answer = (exchange, from) -> give(exchange, from, CUT, "W/\"weak\"");
    refused("", "http://127.0.0.1");
    assertThat(ranges).containsExactly("");
  }

  @Test
  void refuses_whenTheRestIsOfOtherContent() {
    answer = (exchange, from) -> give(exchange, from, CUT, "\"" + ranges.size() + "\"");
    refused("", "other content");
    assertThat(ranges).hasSize(2);
  }

  @Test
  void refuses_whenTheRestIsAnotherPart() {
    answer =
        (exchange, from) -> {
          if (from == 0) {
            give(exchange, from, CUT, "\"one\"");
          } else {
            give(exchange, from + 1, SIZE, "\"one\"");
          }
        };
    refused("", "asked for the bytes from 300000");
    assertThat(ranges).hasSize(2);
  }

  @Test
  void refuses_whenThePartsAreMoreThanAllowed() {
    answer =
        (exchange, from) -> {
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-9999999/*");
          }
          try (exchange) {
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, 10L * SIZE);
            exchange.getResponseBody().write(content, 0, 900_000);
          }
        };
    refused("", "more than " + BYTES_MAX + " bytes came");
    assertThat(ranges).hasSize(3);
  }
}
