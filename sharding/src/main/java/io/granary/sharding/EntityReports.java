package io.granary.sharding;

import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.Deadlines;
import io.granary.protocol.port.JobReports;
import io.granary.protocol.port.MessageReports;
import io.granary.protocol.port.Messages;
import io.granary.protocol.port.Miners;
import io.granary.protocol.port.Sectors;
import io.granary.protocol.port.Senders;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.deadline.DeadlineCommand;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealEntity;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerEntity;
import io.granary.sharding.publish.PublisherCommand;
import io.granary.sharding.publish.PublisherEntity;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorEntity;
import io.granary.sharding.sender.SenderCommand;
import io.granary.sharding.sender.SenderEntity;

/**
 * The ways between entities, and from the pool to them: each call is one message to the entity
 * wherever it lives. It may be lost; whoever waits for something asks again. Thread-safe.
 */
public final class EntityReports
    implements JobReports, MessageReports, Messages, Sectors, Miners, Deadlines, Senders {
  private final ClusterSharding sharding;
  private final JobReports operatorJobs;

  /**
   * @param operatorJobs takes the reports that go to no entity but to an operator's request
   */
  public EntityReports(ClusterSharding sharding, JobReports operatorJobs) {
    this.sharding = sharding;
    this.operatorJobs = operatorJobs;
  }

  @Override
  public void deliver(Recipient recipient, JobReport report) {
    if (recipient instanceof Recipient.Sector sector) {
      sector(sector.id()).tell(new SectorCommand.JobReported(report));
    } else if (recipient instanceof Recipient.Deadline deadline) {
      deadline(deadline.miner(), deadline.index()).tell(new DeadlineCommand.JobReported(report));
    } else {
      operatorJobs.deliver(recipient, report);
    }
  }

  /**
   * @throws IllegalArgumentException for an operator's request: no operator sends messages this way
   */
  @Override
  public void deliver(Recipient recipient, MessageReport report) {
    if (recipient instanceof Recipient.Sector sector) {
      sector(sector.id()).tell(new SectorCommand.MessageReported(report));
    } else if (recipient instanceof Recipient.Deadline deadline) {
      deadline(deadline.miner(), deadline.index())
          .tell(new DeadlineCommand.MessageReported(report));
    } else if (recipient instanceof Recipient.Miner miner) {
      miner(miner.id()).tell(new MinerCommand.MessageReported(report));
    } else if (recipient instanceof Recipient.Publisher publisher) {
      publisher(publisher.provider()).tell(new PublisherCommand.MessageReported(report));
    } else if (!(recipient instanceof Recipient.Nobody)) {
      throw new IllegalArgumentException("a message's reports go to entities, not to " + recipient);
    }
  }

  @Override
  public void submit(MessageIntent intent, Recipient recipient) {
    sender(intent.message().from()).tell(new SenderCommand.Submit(intent, recipient));
  }

  @Override
  public void create(SectorOrder order, Tick tick) {
    sector(order.sector()).tell(new SectorCommand.Create(order, tick));
  }

  @Override
  public void tick(SectorId sector, Tick tick) {
    sector(sector).tell(new SectorCommand.Ticked(tick));
  }

  @Override
  public void observe(SectorId sector, SectorObservation observation) {
    sector(sector).tell(new SectorCommand.Observe(observation));
  }

  @Override
  public void summarize(SectorId sector) {
    sector(sector).tell(new SectorCommand.Summarize());
  }

  /** Has the sector see whether its deals do without its unsealed copy, and let it go then. */
  public void reviewUnsealed(SectorId sector) {
    sector(sector).tell(new SectorCommand.ReviewUnsealed());
  }

  @Override
  public void sectorInMotion(SectorId sector) {
    miner(sector.miner()).tell(new MinerCommand.SectorInMotion(sector));
  }

  @Override
  public void sectorAtRest(SectorId sector) {
    miner(sector.miner()).tell(new MinerCommand.SectorAtRest(sector));
  }

  @Override
  public void tick(MinerConfig miner, long index, Tick tick) {
    deadline(miner.miner(), index).tell(new DeadlineCommand.HeadSeen(miner, tick));
  }

  @Override
  public void readableAgain(SectorId sector, SectorLocation location) {
    deadline(sector.miner(), location.deadline())
        .tell(new DeadlineCommand.ReadableAgain(sector, location));
  }

  @Override
  public void tick(Address address, Tick tick, boolean provesFrom) {
    sender(address).tell(new SenderCommand.HeadSeen(tick, provesFrom));
  }

  /** A miner hears of a head; the rest hear of it through the miner. */
  public void tick(ActorId miner, Tick tick) {
    miner(miner).tell(new MinerCommand.HeadSeen(tick));
  }

  /** The publisher of {@code provider}'s deals hears of a head. */
  public void tickPublisher(ActorId provider, Tick tick) {
    publisher(provider).tell(new PublisherCommand.Ticked(tick));
  }

  /** The sector {@code id}, wherever it lives. */
  public EntityRef<SectorCommand> sector(SectorId id) {
    return sharding.entityRefFor(SectorEntity.TYPE_KEY, id.toString());
  }

  /** The deadline {@code index} of {@code miner}, wherever it lives. */
  public EntityRef<DeadlineCommand> deadline(ActorId miner, long index) {
    return sharding.entityRefFor(DeadlineEntity.TYPE_KEY, DeadlineEntity.entityId(miner, index));
  }

  /** The sender of {@code address}, a key address, wherever it lives. */
  public EntityRef<SenderCommand> sender(Address address) {
    return sharding.entityRefFor(SenderEntity.TYPE_KEY, SenderEntity.entityId(address));
  }

  /** The deal {@code id}, wherever it lives; only on nodes that serve deals. */
  public EntityRef<DealCommand> deal(DealId id) {
    return sharding.entityRefFor(DealEntity.TYPE_KEY, id.toString());
  }

  /**
   * The publisher of {@code provider}'s deals, wherever it lives; only on nodes that serve deals.
   */
  public EntityRef<PublisherCommand> publisher(ActorId provider) {
    return sharding.entityRefFor(PublisherEntity.TYPE_KEY, provider.toString());
  }

  /** The miner {@code id}, wherever it lives. */
  public EntityRef<MinerCommand> miner(ActorId id) {
    return sharding.entityRefFor(MinerEntity.TYPE_KEY, id.toString());
  }
}
