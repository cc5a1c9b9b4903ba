package io.granary.bridge.retrieval;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.car.CarLimits;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceUnsealer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** A retrieval server on a free port over pieces in memory, and a client. */
final class Stand implements AutoCloseable {
  final MemoryPieces pieces = new MemoryPieces();
  final MemoryIndex index = new MemoryIndex();
  final RetrievalServer server;
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A stand; {@code settings} are lines under {@code granary.network-bridge.retrieval}. */
  Stand(String... settings) throws IOException {
    server = RetrievalServer.start(settings(settings), index, pieces, clock());
  }

  /** The same with sealed pieces decoded on demand. */
  Stand(PieceUnsealer unsealer, String... settings) throws IOException {
    server =
        RetrievalServer.start(settings(settings), index, pieces, Optional.of(unsealer), clock());
  }

  static RetrievalSettings settings(String... lines) {
    StringBuilder text = new StringBuilder("granary.network-bridge.retrieval.port = 0\n");
    for (String line : lines) {
      text.append("granary.network-bridge.retrieval.").append(line).append('\n');
    }
    return RetrievalSettings.from(
        ConfigFactory.parseString(text.toString())
            .withFallback(ConfigFactory.defaultReference())
            .resolve());
  }

  private static InstantSource clock() {
    return InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
  }

  /** Adds a piece and indexes it. */
  PieceInfo indexed(byte[] data) throws IOException {
    PieceInfo piece = pieces.add(data);
    IndexedPiece done = indexer().index(pieces.copy(piece));
    if (done.stage() != IndexedPiece.Stage.COMPLETE) {
      throw new AssertionError("index is " + done);
    }
    return piece;
  }

  PieceIndexer indexer() {
    return new PieceIndexer(index, CarLimits.DEFAULT, Duration.ofSeconds(5));
  }

  HttpResponse<byte[]> get(String path, String... headers) throws IOException {
    return send("GET", path, headers);
  }

  HttpResponse<byte[]> send(String method, String path, String... headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(30));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
