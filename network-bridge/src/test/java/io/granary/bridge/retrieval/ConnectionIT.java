package io.granary.bridge.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionIT {
  private static final int BIG = 64 << 20;

  @Test
  void answersEach_whenRequestsComeOverOneConnection() throws IOException {
    try (Stand stand = new Stand()) {
      byte[] data = random(100_000);
      String get = get(stand.pieces.add(data));
      try (RawClient client = new RawClient(stand.server.address())) {
        client.send(get + get + "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n" + get);
        assertThat(client.answer().body()).isEqualTo(data);
        assertThat(client.answer().body()).isEqualTo(data);
        assertThat(client.answer().status()).isEqualTo(404);
        assertThat(client.answer().body()).isEqualTo(data);
        client.send(get.replace("Host: h", "Host: h\r\nConnection: Close"));
        RawClient.Answered last = client.answer();
        assertThat(last.headers()).containsEntry("connection", "close");
        assertThat(client.input().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void answersInOrder_whenRequestComesByteByByte() throws IOException {
    try (Stand stand = new Stand();
        RawClient client = new RawClient(stand.server.address())) {
      for (String part : "\r\nGET /health HTTP/1.0\r\n\r\n".split("", -1)) {
        client.send(part);
      }
      assertThat(client.answer().status()).isEqualTo(200);
      assertThat(client.input().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/1.1\r\n\r\n', 400",
    "'GET /\r\nHost: h\r\n\r\n', 400",
    "'GET / HTTP/2.0\r\nHost: h\r\n\r\n', 505",
    "'GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n', 400",
    "'GET / HTTP/1.1\r\nHost : h\r\n\r\n', 400",
    "'GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n', 400",
    "'GET / HTTP/1.1\r\nHost: h\r\nX: a\u0001b\r\n\r\n', 400",
    "'GET / HTTP/1.1\nHost: h\n\n', 400",
    "'GET nothing HTTP/1.1\r\nHost: h\r\n\r\n', 400",
    "'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc', 413",
    "'GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 413",
  })
  void refusesAndCloses_whenRequestIsMalformed(String request, int status) throws IOException {
    try (Stand stand = new Stand();
        RawClient client = new RawClient(stand.server.address())) {
      client.send(request);
      RawClient.Answered answer = client.answer();
      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.headers()).containsEntry("connection", "close");
      awaitIdle(stand);
    }
  }

  @Test
  void answers431_whenHeadIsTooLong() throws IOException {
    try (Stand stand = new Stand("head-bytes-max = 1 KiB");
        RawClient client = new RawClient(stand.server.address())) {
      client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(2000));
      assertThat(client.answer().status()).isEqualTo(431);
    }
  }

  @Test
  void closes_whenHeadComesTooSlowlyOrNotAtAll() throws IOException {
    try (Stand stand = new Stand("head-limit = 300ms", "idle-limit = 300ms");
        RawClient silent = new RawClient(stand.server.address());
        RawClient slow = new RawClient(stand.server.address())) {
      slow.send("GET / HTTP/1.1\r\n");
      assertThat(slow.input().read()).isEqualTo(-1);
      assertThat(silent.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void holdsABoundedBuffer_whenReaderIsSlow() throws IOException {
    try (Stand stand = new Stand("stall-limit = 60s")) {
      byte[] data = random(BIG);
      PieceInfo piece = stand.pieces.add(data);
      try (RawClient slow = new RawClient(stand.server.address())) {
        slow.send(get(piece));
        assertThat(slow.input().readNBytes(100)).hasSize(100);
        await()
            .during(Duration.ofMillis(500))
            .atMost(Duration.ofSeconds(20))
            .until(() -> stand.pieces.bytesRead.get(), read -> read < BIG / 4);
        assertThat(stand.get("/piece/" + Cid.commP(piece.commP()), "Range", "bytes=5-9").body())
            .hasSize(5);
      }
      awaitIdle(stand);
      assertThat(stand.pieces.open).hasValue(0);
    }
  }

  @Test
  void breaksOff_whenReaderTakesNothing() throws IOException {
    try (Stand stand = new Stand("stall-limit = 400ms")) {
      PieceInfo piece = stand.pieces.add(random(BIG));
      try (RawClient stuck = new RawClient(stand.server.address())) {
        stuck.send(get(piece));
        awaitIdle(stand);
        assertThat(stand.pieces.open).hasValue(0);
        assertThatThrownBy(() -> stuck.answer()).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void refuses_whenAnAddressHasTooManyRequestsOrConnections() throws IOException {
    try (Stand stand = new Stand("requests-of-address-max = 2", "connections-of-address-max = 3")) {
      PieceInfo piece = stand.pieces.add(random(BIG));
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          clients.add(new RawClient(stand.server.address()));
        }
        clients.get(0).send(get(piece));
        clients.get(1).send(get(piece));
        await().until(() -> stand.server.status().requests() == 2);
        clients.get(2).send(get(piece));
        RawClient.Answered refused = clients.get(2).answer();
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("retry-after", "1");
        try (RawClient fourth = new RawClient(stand.server.address())) {
          assertThatThrownBy(
                  () -> {
                    fourth.send(get(piece));
                    throw new IOException("read " + fourth.input().read());
                  })
              .isInstanceOf(IOException.class);
        }
        assertThat(stand.server.status().connectionsRefused()).isEqualTo(1);
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
      awaitIdle(stand);
    }
  }

  @Test
  void keepsToTheBandwidth_whenAddressHasABound() throws IOException {
    try (Stand stand = new Stand("bandwidth-of-address-max = 1 MiB", "part-bytes = 64 KiB")) {
      PieceInfo piece = stand.pieces.add(random(1 << 20));
      long start = System.nanoTime();
      assertThat(stand.get("/piece/" + Cid.commP(piece.commP())).body()).hasSize(1 << 20);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(800));
    }
  }

  private static void awaitIdle(Stand stand) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> stand.server.status().requests() == 0 && stand.pieces.open.get() == 0);
  }

  private static String get(PieceInfo piece) {
    return "GET /piece/" + Cid.commP(piece.commP()) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  private static byte[] random(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    return data;
  }
}
