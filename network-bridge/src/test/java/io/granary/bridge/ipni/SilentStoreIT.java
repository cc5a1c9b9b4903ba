package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpServer;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.port.AdChain;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Indexers that ask while the store does not answer, and clients of pieces beside them. */
class SilentStoreIT {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final Cid HEAD =
      Cid.of(DagJson.CODEC, Cid.SHA2_256, Sha256.hash(Bytes.of(new byte[] {1})));

  private final Silent store = new Silent();
  private Optional<HttpServer> server = Optional.empty();

  /** Answers when a test says so. */
  private static final class Silent implements AdChain {
    final Semaphore asked = new Semaphore(0);
    final CompletableFuture<Optional<Cid>> head = new CompletableFuture<>();

    @Override
    public CompletionStage<Optional<Cid>> head(String peerId) {
      asked.release();
      return head;
    }

    @Override
    public CompletionStage<Optional<Bytes>> get(String peerId, Cid node) {
      asked.release();
      return head.thenApply(answered -> Optional.of(Bytes.of(new byte[] {1})));
    }

    @Override
    public CompletionStage<Void> put(String peerId, Cid node, Bytes data) {
      throw new AssertionError("an indexer writes nothing");
    }

    @Override
    public CompletionStage<Optional<Cid>> advertised(String peerId, Bytes contextId) {
      throw new AssertionError("an indexer does not ask for contexts");
    }

    @Override
    public CompletionStage<Contexts> contexts(String peerId) {
      throw new AssertionError("an indexer does not ask for contexts");
    }

    @Override
    public CompletionStage<Boolean> move(String peerId, Optional<Cid> from, Cid to, Change change) {
      throw new AssertionError("an indexer moves nothing");
    }
  }

  /** One worker thread. */
  private void serve(Duration storeLimit, int waitingMax) throws IOException {
    IpniAnswers answers =
        new IpniAnswers(Identity.generate(), store, "/indexer/ingest/test", storeLimit, waitingMax);
    Config config =
        ConfigFactory.parseString(
                "granary.network-bridge.retrieval { port = 0, workers = 1, loops = 1 }")
            .withFallback(ConfigFactory.load())
            .resolve();
    server =
        Optional.of(
            HttpServer.start(
                RetrievalSettings.from(config).http(),
                head ->
                    answers.takes(head.path())
                        ? answers.answer(head)
                        : new Answer(200, Map.of(), Body.of(new byte[] {7})),
                InstantSource.system()));
  }

  @AfterEach
  void stop() {
    store.head.complete(Optional.empty());
    server.ifPresent(HttpServer::close);
  }

  private Socket ask(String path) throws IOException {
    HttpServer asked = server.orElseThrow();
    Socket socket = new Socket(asked.address().getAddress(), asked.address().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    String request = "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String answer(Socket asked) throws IOException {
    return new String(asked.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private void awaitAsked(int questions) throws InterruptedException {
    assertThat(store.asked.tryAcquire(questions, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
  }

  @Test
  void piecesAreServed_whileIndexersWaitForTheStore() throws Exception {
    serve(Duration.ofMinutes(1), 8);
    try (Socket head = ask("/ipni/v1/ad/head");
        Socket node = ask("/ipni/v1/ad/" + HEAD)) {
      awaitAsked(1);
      try (Socket piece = ask("/piece/x")) {
        assertThat(answer(piece)).startsWith("HTTP/1.1 200 ");
      }
      awaitAsked(1);
      assertThat(head.getInputStream().available()).isZero();

      store.head.complete(Optional.of(HEAD));
      assertThat(answer(head)).startsWith("HTTP/1.1 200 ").contains(HEAD.toString());
      assertThat(answer(node)).startsWith("HTTP/1.1 200 ").contains("immutable");
    }
  }

  @Test
  void refusesOneMore_whenSoManyWait() throws Exception {
    serve(Duration.ofMinutes(1), 1);
    try (Socket first = ask("/ipni/v1/ad/head")) {
      awaitAsked(1);
      try (Socket second = ask("/ipni/v1/ad/head")) {
        assertThat(answer(second)).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after");
      }
      store.head.complete(Optional.empty());
      assertThat(answer(first)).startsWith("HTTP/1.1 204 ");
    }
  }

  @Test
  void endsTheWaiting_whenTheStoreDoesNotAnswerInTime() throws Exception {
    serve(Duration.ofMillis(50), 1);
    for (int i = 0; i < 2; i++) {
      try (Socket asked = ask("/ipni/v1/ad/head")) {
        assertThat(answer(asked))
            .startsWith("HTTP/1.1 503 ")
            .contains("the store does not answer")
            .containsIgnoringCase("retry-after");
      }
    }
  }

  @Test
  void saysThatTheDataCannotBeRead_whenTheStoreFails() throws Exception {
    serve(Duration.ofMinutes(1), 1);
    try (Socket asked = ask("/ipni/v1/ad/head")) {
      awaitAsked(1);
      store.head.completeExceptionally(new IOException("the store is gone"));
      assertThat(answer(asked)).startsWith("HTTP/1.1 500 ").doesNotContain("store is gone");
    }
  }
}
