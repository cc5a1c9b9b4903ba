package io.granary.ops.node;

import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import com.typesafe.config.Config;
import io.granary.bridge.ipni.IpniSettings;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.bridge.retrieval.UnsealSettings;
import io.granary.ops.http.Decoder;
import io.granary.ops.http.OperatorDesk;
import io.granary.ops.http.RetrievalView;
import io.granary.ops.retrieval.ChainEnds;
import io.granary.ops.retrieval.OtherNodes;
import io.granary.ops.retrieval.OtherNodesSettings;
import io.granary.ops.retrieval.PoolDecoder;
import io.granary.ops.retrieval.Retrieval;
import io.granary.ops.retrieval.StorageNodes;
import io.granary.persistence.Persistence;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.ChainGateway;
import io.granary.prover.node.ProverNode;
import io.granary.prover.storage.BlobStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes this node serve pieces and blocks: what it keeps for that lies in the data directory. */
final class RetrievalStarter {
  private static final Logger LOG = LoggerFactory.getLogger(RetrievalStarter.class);

  /** The chain of advertisements that earlier releases kept in the data directory. */
  private static final String FORMER_ADVERTISEMENTS = "ipni";

  /** Pieces decoded on demand, in the data directory. */
  private static final String DECODED_PIECES = "retrieval-cache";

  private final Config config;
  private final NodeSettings settings;
  private final Supplier<Identity> identity;
  private final Consumer<AutoCloseable> parts;

  /**
   * @param identity this node's as a peer, by whose key advertisements are signed
   * @param parts takes what has to be closed
   */
  RetrievalStarter(
      Config config,
      NodeSettings settings,
      Supplier<Identity> identity,
      Consumer<AutoCloseable> parts) {
    this.config = config;
    this.settings = settings;
    this.identity = identity;
    this.parts = parts;
  }

  /** Whether it is to be served here. */
  boolean isWanted() {
    return settings.hasBridge() && RetrievalSettings.from(config).enabled();
  }

  /**
   * Serves from now on.
   *
   * @return what can be asked of it
   * @throws ConfigurationException when an address or a folder cannot be used
   */
  RetrievalView start(
      ActorSystem<?> system,
      Persistence persistence,
      ChainGateway chain,
      ProverNode prover,
      OperatorDesk desk) {
    try {
      RetrievalSettings served = RetrievalSettings.from(config);
      OtherNodesSettings elsewhere = OtherNodesSettings.from(config);
      OtherNodes others =
          new OtherNodes(prover::holders, prover.transfers(), elsewhere, InstantSource.system());
      parts.accept(others);
      Retrieval retrieval =
          Retrieval.start(
              served,
              new Retrieval.Sources(
                  prover.storage(),
                  persistence.historyReader(),
                  Optional.of(others),
                  new ChainEnds(
                      chain,
                      NetworkPolicies.named(settings.network()).chainFinality(),
                      elsewhere.endsEvery(),
                      InstantSource.system()),
                  new BridgeTurns(Cluster.get(system))),
              persistence.pieceIndex(),
              persistence.pieceDeals(),
              indexers(persistence.adChain()),
              decoding(served.unseal(), prover, desk),
              InstantSource.system());
      parts.accept(retrieval);
      LOG.info("pieces and blocks are served at {}", retrieval.status().address());
      return retrieval;
    } catch (IOException e) {
      throw new ConfigurationException("granary.network-bridge.retrieval: " + e.getMessage(), e);
    }
  }

  private Optional<Retrieval.Decoding> decoding(
      UnsealSettings allowed, ProverNode prover, OperatorDesk desk) {
    if (!allowed.onDemand()) {
      return Optional.empty();
    }
    return Optional.of(
        new Retrieval.Decoding(
            decoder(prover, desk, allowed.jobLimit()),
            allowed.folder().orElse(settings.dataDirectory().resolve(DECODED_PIECES))));
  }

  /**
   * By the pool, for operators and for who asks for a piece.
   *
   * @param limit for a job, with its wait in the pool
   */
  static Decoder decoder(ProverNode prover, OperatorDesk desk, Duration limit) {
    return new PoolDecoder(
        desk,
        prover.jobPool(),
        new BlobStore(prover.storage()),
        new StorageNodes(prover::holders, prover.transfers()),
        limit);
  }

  private Optional<Retrieval.Indexers> indexers(AdChain chain) {
    IpniSettings told = IpniSettings.from(config);
    if (!told.enabled()) {
      return Optional.empty();
    }
    return Optional.of(
        new Retrieval.Indexers(
            told, identity.get(), chain, settings.dataDirectory().resolve(FORMER_ADVERTISEMENTS)));
  }
}
