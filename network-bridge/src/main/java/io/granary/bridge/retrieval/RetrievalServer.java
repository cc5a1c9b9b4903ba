package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.HttpServer;
import io.granary.bridge.retrieval.http.Route;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.PieceReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;

/** Serves pieces and blocks over HTTP until it is closed. Thread-safe. */
public final class RetrievalServer implements AutoCloseable {
  private final HttpServer server;

  private RetrievalServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Listens, for {@code more} besides pieces and blocks.
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
    Denylist denylist =
        settings.denylist().isPresent()
            ? Denylist.open(settings.denylist().get(), settings.denylistEvery())
            : Denylist.none();
    RetrievalRoutes routes =
        new RetrievalRoutes(
            new PieceAnswers(reader, denylist),
            new GatewayAnswers(index, reader, denylist, settings),
            List.of(more));
    return new RetrievalServer(HttpServer.start(settings.http(), routes, clock));
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
  }
}
