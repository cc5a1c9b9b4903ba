package io.granary.ops.http;

import akka.http.javadsl.server.Route;
import io.granary.protocol.port.BlockFence;
import io.granary.protocol.port.ChainNodes;
import io.granary.protocol.port.MinerRoster;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Everything of ours that management HTTP answers, all under {@code /v1}. */
public final class ManagementApi {
  private final Endpoints endpoints;

  /**
   * @param pool tells of the prover pool, with so many of the waiting jobs
   * @param chain tells of the chain nodes
   * @param blocks keeps the epochs that were won
   * @param roster names the miners
   * @param net tells of this node as a libp2p peer
   * @param deals tells of the deals, where they are served
   * @param retrieval tells of what this node serves
   */
  public ManagementApi(
      ClusterService cluster,
      SectorService sectors,
      UnsealService unsealing,
      MinerService miners,
      DeadlineService deadlines,
      PoolService pool,
      ChainNodes chain,
      BlockFence blocks,
      MinerRoster roster,
      NetService net,
      DealService deals,
      RetrievalService retrieval) {
    this(
        Stream.of(
                ClusterRoutes.of(cluster),
                SectorRoutes.of(sectors, unsealing),
                MinerRoutes.of(miners, deadlines),
                PoolRoutes.of(pool),
                ChainRoutes.of(chain),
                MiningRoutes.of(blocks, roster),
                NetRoutes.of(net),
                DirectDealRoutes.of(deals),
                DealRoutes.of(deals),
                RetrievalRoutes.of(retrieval),
                List.of(OpenApi.endpoint()))
            .flatMap(List::stream)
            .toList());
  }

  private ManagementApi(List<Endpoint> endpoints) {
    this.endpoints = new Endpoints(endpoints);
  }

  /**
   * What a node answers that has not the role {@code ops}: what it is asked of itself.
   *
   * @param retrieval empty on a node without the store
   */
  public static ManagementApi withoutApi(
      ClusterService cluster,
      PoolService pool,
      NetService net,
      Optional<RetrievalService> retrieval) {
    return new ManagementApi(
        Stream.of(
                ClusterRoutes.of(cluster),
                PoolRoutes.of(pool),
                NetRoutes.of(net),
                retrieval.map(RetrievalRoutes::of).orElse(List.of()))
            .flatMap(List::stream)
            .toList());
  }

  List<Endpoint> endpoints() {
    return endpoints.all();
  }

  Route route() {
    return endpoints.route();
  }
}
