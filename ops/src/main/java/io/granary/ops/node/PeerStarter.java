package io.granary.ops.node;

import com.typesafe.config.Config;
import io.granary.bridge.deal.DealEndpoint;
import io.granary.bridge.deal.DealEndpointSettings;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.IdentityFileException;
import io.granary.bridge.libp2p.reach.ReachSettings;
import io.granary.bridge.libp2p.reach.ReachWatch;
import io.granary.ops.deal.DealNode;
import io.granary.ops.deal.PublishingSettings;
import io.granary.ops.http.NetService;
import io.granary.ops.presence.Presence;
import io.granary.ops.presence.PresenceSettings;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes this node a libp2p peer: who it is lies in the data directory. */
final class PeerStarter {
  private static final Logger LOG = LoggerFactory.getLogger(PeerStarter.class);

  /** The private key, in the data directory. */
  private static final String KEY = "libp2p.key";

  /** For how long addresses on chain have been no node's, in the data directory. */
  private static final String ABSENCES = "absent-addresses.json";

  private final Config config;
  private final NodeSettings settings;
  private final Consumer<AutoCloseable> parts;

  /**
   * @param parts takes what has to be closed
   */
  PeerStarter(Config config, NodeSettings settings, Consumer<AutoCloseable> parts) {
    this.config = config;
    this.settings = settings;
    this.parts = parts;
  }

  /** Who the node is to others. */
  Identity identity() {
    try {
      return Identity.loadOrCreate(settings.dataDirectory().resolve(KEY));
    } catch (IdentityFileException e) {
      throw new ConfigurationException("granary.node.data-directory: " + e.getMessage(), e);
    }
  }

  /** Listens, where the node has the role {@code bridge}, and serves {@code deals} to peers. */
  NetService start(Optional<DealNode> deals) {
    if (!settings.hasBridge()) {
      return new NetService(Optional.empty(), Optional.empty(), Optional.empty());
    }
    P2pHost host = host();
    parts.accept(host);
    ReachWatch reach = ReachWatch.start(host, ReachSettings.from(config), InstantSource.system());
    parts.accept(reach);
    return new NetService(
        Optional.of(host), Optional.of(reach), deals.map(served -> serve(served, host)));
  }

  private P2pHost host() {
    Identity identity = identity();
    try {
      return NettyHost.start(identity, Libp2pSettings.from(config));
    } catch (P2pException e) {
      throw new ConfigurationException(
          "granary.network-bridge.libp2p.listen: " + e.getMessage(), e);
    }
  }

  private Presence serve(DealNode deals, P2pHost host) {
    DealEndpoint unused =
        deals.listen(host, DealEndpointSettings.from(config), PublishingSettings.from(config));
    LOG.info("deals of {} are served to peers", deals.provider());
    return deals.beFound(
        host,
        PresenceSettings.from(config),
        settings.name(),
        settings.dataDirectory().resolve(ABSENCES));
  }
}
