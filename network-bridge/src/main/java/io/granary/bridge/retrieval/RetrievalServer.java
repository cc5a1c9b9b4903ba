package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.HttpServer;
import io.granary.bridge.retrieval.http.Route;
import io.granary.bridge.retrieval.plain.PlainCopies;
import io.granary.protocol.cid.Cid;
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
  private final Optional<PlainCopies> plain;

  private RetrievalServer(HttpServer server, BlockReaders readers, Optional<PlainCopies> plain) {
    this.server = server;
    this.readers = readers;
    this.plain = plain;
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
   * @throws IOException when the denylist cannot be read, the folder of plain copies not be used or
   *     the address not be listened on
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
    Optional<PlainCopies> plain =
        PlainCopies.open(
            settings.plainCopies(),
            commP ->
                !denylist.denies(Cid.commP(commP))
                    && reader.find(commP) instanceof PieceReader.Lookup.Here,
            settings.indexEvery(),
            clock);
    PieceCopies pieces = new PieceCopies(reader, unsealer, denylist, settings.unseal(), plain);
    // Has no thread before the first block is read ahead.
    BlockReaders readers = new BlockReaders(settings.readAhead());
    RetrievalRoutes routes =
        new RetrievalRoutes(
            new PieceAnswers(pieces, denylist),
            new GatewayAnswers(index, pieces, denylist, settings, readers),
            List.of(more));
    try {
      return new RetrievalServer(HttpServer.start(settings.http(), routes, clock), readers, plain);
    } catch (IOException e) {
      plain.ifPresent(PlainCopies::close);
      throw e;
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** What is open now. */
  public HttpServer.Status status() {
    return server.status();
  }

  /** Plain copies of pieces; empty when there are to be none. */
  public Optional<PlainCopies.Status> plainCopies() {
    return plain.map(PlainCopies::status);
  }

  @Override
  public void close() {
    server.close();
    readers.close();
    plain.ifPresent(PlainCopies::close);
  }
}
