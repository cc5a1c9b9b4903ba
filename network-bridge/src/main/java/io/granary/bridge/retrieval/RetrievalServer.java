package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.HttpServer;
import io.granary.bridge.retrieval.http.Route;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.port.PieceUnsealer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Serves pieces and blocks over HTTP until it is closed. Thread-safe. */
public final class RetrievalServer implements AutoCloseable {
  private final HttpServer server;
  private final BlockReaders readers;

  private RetrievalServer(HttpServer server, BlockReaders readers) {
    this.server = server;
    this.readers = readers;
  }

  /**
   * Listens, for {@code more} besides pieces and blocks; nothing is decoded on demand.
   *
   * @throws IOException when the denylist cannot be read or the address cannot be listened on
   */
  public static RetrievalServer start(
      RetrievalSettings settings,
      PieceIndex index,
      PieceReader reader,
      InstantSource clock,
      Route... more)
      throws IOException {
    return start(settings, index, reader, Optional.empty(), clock, more);
  }

  /**
   * Listens, for {@code more} besides pieces and blocks.
   *
   * @param unsealer decodes sealed pieces; empty when that is not allowed
   * @throws IOException when the denylist cannot be read or the address cannot be listened on
   */
  public static RetrievalServer start(
      RetrievalSettings settings,
      PieceIndex index,
      PieceReader reader,
      Optional<PieceUnsealer> unsealer,
      InstantSource clock,
      Route... more)
      throws IOException {
    Denylist denylist =
        settings.denylist().isPresent()
            ? Denylist.open(settings.denylist().get(), settings.denylistEvery())
            : Denylist.none();
    PieceCopies pieces = new PieceCopies(reader, unsealer, denylist, settings.unseal());
    // Has no thread before the first block is read ahead.
    BlockReaders readers = new BlockReaders(settings.readAhead());
    RetrievalRoutes routes =
        new RetrievalRoutes(
            new PieceAnswers(pieces, denylist),
            new GatewayAnswers(index, pieces, denylist, settings, readers),
            List.of(more));
    return new RetrievalServer(HttpServer.start(settings.http(), routes, clock), readers);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** What is open now. */
  public HttpServer.Status status() {
    return server.status();
  }

  @Override
  public void close() {
    server.close();
    readers.close();
  }
}
