package io.granary.ops.http;

import io.granary.bridge.retrieval.http.HttpServer;
import io.granary.bridge.retrieval.plain.PlainCopies;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceReader;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What a node that serves pieces and blocks tells of it. Thread-safe; nothing here blocks. */
public interface RetrievalView {
  /** How it is now. */
  Status status();

  /** What this node would serve of a piece, with the data or without. */
  PieceReader.Lookup find(Commitment piece);

  /**
   * A serving node.
   *
   * @param address where it listens
   * @param http what is open now and what was refused since the start
   * @param copies pieces whose data can be read
   * @param sealed pieces that would be decoded for who asks
   * @param indexed pieces of them whose blocks are known
   * @param plainCopies empty on a node that makes none
   * @param advertised empty on a node that tells no indexers
   */
  record Status(
      InetSocketAddress address,
      HttpServer.Status http,
      int copies,
      int sealed,
      int indexed,
      Optional<PlainCopies.Status> plainCopies,
      Optional<Advertised> advertised) {}

  /**
   * What indexers are told, as it was at the last look.
   *
   * @param pieces advertised by all nodes of the peer id
   * @param head the newest advertisement
   */
  record Advertised(int pieces, Optional<Cid> head) {}
}
