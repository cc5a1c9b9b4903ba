package io.granary.sharding;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.cluster.typed.Cluster;
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.NetworkPolicy;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.HistoryReader;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.port.SectorSummaries;
import io.granary.protocol.port.SpendFence;
import io.granary.sharding.address.SenderChoice;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.deadline.DeadlinePorts;
import io.granary.sharding.deal.DealEntity;
import io.granary.sharding.deal.DealPorts;
import io.granary.sharding.deal.DealWorkSettings;
import io.granary.sharding.miner.MinerEntity;
import io.granary.sharding.miner.MinerPorts;
import io.granary.sharding.publish.PublishSettings;
import io.granary.sharding.publish.PublisherEntity;
import io.granary.sharding.publish.PublisherPorts;
import io.granary.sharding.sector.SectorEntity;
import io.granary.sharding.sector.SectorWorld;
import io.granary.sharding.sender.SenderEntity;
import io.granary.sharding.sender.SenderPorts;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;

/** Makes the entities known to the cluster. They live on nodes of the role {@value #ROLE}. */
public final class ShardingSetup {
  /** The role of the nodes the entities live on. */
  public static final String ROLE = "sector";

  private ShardingSetup() {}

  /**
   * What the entities of a node work with.
   *
   * @param node the node's name, for the stamps of events
   */
  public record Outside(
      ChainGateway chain,
      JobPool pool,
      SpendFence fence,
      SectorSummaries summaries,
      HistoryReader history,
      PieceDeals pieces,
      NetworkPolicy network,
      InstantSource clock,
      String node) {}

  /**
   * Inits every entity's proxy on a node without the role {@value #ROLE}: messages go out, no
   * entity ever lives here, so none of what entities work with is needed. Call once.
   *
   * @throws IllegalArgumentException when this node has the role
   */
  public static void initProxies(ActorSystem<?> system) {
    if (Cluster.get(system).selfMember().hasRole(ROLE)) {
      throw new IllegalArgumentException("a node of role " + ROLE + " needs entities, not proxies");
    }
    ClusterSharding sharding = ClusterSharding.get(system);
    for (EntityTypeKey<?> key :
        List.of(
            SectorEntity.TYPE_KEY,
            DeadlineEntity.TYPE_KEY,
            SenderEntity.TYPE_KEY,
            MinerEntity.TYPE_KEY)) {
      initProxy(sharding, key);
    }
  }

  private static <M> void initProxy(ClusterSharding sharding, EntityTypeKey<M> key) {
    sharding.init(
        Entity.of(
                key,
                context -> {
                  throw new IllegalStateException(
                      "the cluster wants " + context.getEntityId() + " on a node of another role");
                })
            .withRole(ROLE));
  }

  /**
   * Inits deals on a node of the role {@value #ROLE}, beside the other entities. Call once, and
   * only where deals are served.
   *
   * @param provider whose deals these are
   */
  public static void initDeals(
      ClusterSharding sharding, ActorId provider, DealPorts ports, DealWorkSettings settings) {
    init(
        sharding,
        Entity.of(
            DealEntity.TYPE_KEY,
            context -> DealEntity.create(context.getEntityId(), provider, ports, settings)));
  }

  /** Inits publishers beside {@link #initDeals}; the same rules hold. */
  public static void initPublishers(
      ClusterSharding sharding, PublisherPorts ports, PublishSettings settings) {
    init(
        sharding,
        Entity.of(
            PublisherEntity.TYPE_KEY,
            context -> PublisherEntity.create(minerOf(context.getEntityId()), ports, settings)));
  }

  /**
   * Inits the proxies of deals and publishers on a node without the role {@value #ROLE}, where
   * deals are served.
   */
  public static void initDealProxies(ClusterSharding sharding) {
    initProxy(sharding, DealEntity.TYPE_KEY);
    initProxy(sharding, PublisherEntity.TYPE_KEY);
  }

  /**
   * Inits every entity on a node of the role {@value #ROLE} but deals. Call once.
   *
   * @param ways made of the same {@code sharding}; the pool reports through it too
   */
  public static void init(
      ClusterSharding sharding, EntityReports ways, Outside outside, ShardingSettings settings) {
    init(sharding, ways, outside, settings, (miner, tick) -> {});
  }

  /**
   * Inits every entity on a node of the role {@value #ROLE} but deals. Call once.
   *
   * @param ways made of the same {@code sharding}; the pool reports through it too
   * @param heads hears what the miners hear of heads that live on this node; must not block
   */
  public static void init(
      ClusterSharding sharding,
      EntityReports ways,
      Outside outside,
      ShardingSettings settings,
      BiConsumer<ActorId, Tick> heads) {
    SenderChoice addresses = new SenderChoice(outside.chain(), settings.addresses());
    SectorWorld sectorWorld =
        new SectorWorld(
            outside.chain(),
            outside.pool(),
            ways,
            ways,
            ways,
            outside.summaries(),
            outside.pieces(),
            outside.clock(),
            outside.node(),
            addresses);
    init(
        sharding,
        Entity.of(
            SectorEntity.TYPE_KEY,
            context ->
                SectorEntity.create(
                    context.getEntityId(), sectorWorld, outside.network(), settings.sector())));
    DeadlinePorts deadlinePorts =
        new DeadlinePorts(
            outside.chain(), outside.pool(), ways, ways, outside.clock(), outside.node());
    init(
        sharding,
        Entity.of(
            DeadlineEntity.TYPE_KEY,
            context ->
                DeadlineEntity.create(context.getEntityId(), deadlinePorts, settings.deadline())));
    SenderPorts senderPorts =
        new SenderPorts(outside.chain(), outside.fence(), ways, outside.clock(), outside.node());
    init(
        sharding,
        Entity.of(
            SenderEntity.TYPE_KEY,
            context ->
                SenderEntity.create(
                    Address.parse(context.getEntityId()), senderPorts, settings.sender())));
    MinerPorts minerPorts =
        new MinerPorts(
            outside.chain(),
            ways,
            ways,
            ways,
            ways,
            new RowAudit(outside.summaries(), outside.history()),
            addresses,
            heads,
            outside.clock(),
            outside.node());
    init(
        sharding,
        Entity.of(
            MinerEntity.TYPE_KEY,
            context ->
                MinerEntity.create(minerOf(context.getEntityId()), minerPorts, settings.miner())));
  }

  private static <M> void init(ClusterSharding sharding, Entity<M, ShardingEnvelope<M>> entity) {
    sharding.init(
        entity
            .withRole(ROLE)
            .withEntityProps(DispatcherSelector.fromConfig("granary.sharding.entity-dispatcher")));
  }

  private static ActorId minerOf(String entityId) {
    return Address.parse(entityId).requireId();
  }
}
