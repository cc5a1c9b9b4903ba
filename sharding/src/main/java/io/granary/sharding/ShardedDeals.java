package io.granary.sharding;

import akka.actor.typed.ActorRef;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.miner.Packing;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PublicationQuery;
import io.granary.protocol.publish.PublicationStanding;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.sharding.deal.DealCommand;
import io.granary.sharding.deal.DealNeighbours;
import io.granary.sharding.deal.DealReply;
import io.granary.sharding.deal.Deals;
import io.granary.sharding.miner.MinerCommand;
import io.granary.sharding.miner.MinerReply;
import io.granary.sharding.publish.PaidDeals;
import io.granary.sharding.publish.Publications;
import io.granary.sharding.publish.PublisherCommand;
import io.granary.sharding.publish.PublisherReply;
import io.granary.sharding.sector.SectorCommand;
import io.granary.sharding.sector.SectorReply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The ways to deals, and from deals to miners, publishers and sectors, by cluster sharding: a
 * question is a message, which may be lost, and fails when no answer comes in time. Thread-safe.
 */
public final class ShardedDeals implements Deals, DealNeighbours, Publications, PaidDeals {
  private final EntityReports entities;
  private final Duration answerTimeout;

  /**
   * @param answerTimeout for each answer
   */
  public ShardedDeals(EntityReports entities, Duration answerTimeout) {
    this.entities = entities;
    this.answerTimeout = answerTimeout;
  }

  @Override
  public CompletionStage<DealReply> ask(
      DealId deal, Function<ActorRef<DealReply>, DealCommand> command) {
    return entities.deal(deal).ask(command::apply, answerTimeout);
  }

  /** A deal hears of a head; nothing is answered. */
  public void tick(DealId deal, DealCommand.Ticked ticked) {
    entities.deal(deal).tell(ticked);
  }

  @Override
  public CompletionStage<MinerReply> order(ActorId miner, String orderId, PieceSource piece) {
    return entities
        .miner(miner)
        .ask(replyTo -> new MinerCommand.ImportPiece(orderId, piece, replyTo), answerTimeout);
  }

  @Override
  public void withdraw(ActorId miner, DealId deal) {
    entities.miner(miner).tell(new MinerCommand.WithdrawPiece(Packing.ofDeal(deal)));
  }

  @Override
  public CompletionStage<PublicationStanding> publication(
      ActorId provider, PublicationQuery query) {
    return entities
        .publisher(provider)
        .ask(replyTo -> new PublisherCommand.Ask(query, replyTo), answerTimeout);
  }

  @Override
  public void payable(ActorId provider, Payable payable) {
    entities.publisher(provider).tell(new PublisherCommand.Register(payable));
  }

  @Override
  public CompletionStage<Optional<String>> paid(DealId deal, DealPayment payment) {
    return ask(deal, replyTo -> new DealCommand.Paid(payment, replyTo))
        .thenApply(
            reply ->
                reply instanceof DealReply.Rejected no
                    ? Optional.of(no.detail())
                    : Optional.empty());
  }

  @Override
  public CompletionStage<PublisherReply.Overview> overview(ActorId provider) {
    return entities
        .publisher(provider)
        .<PublisherReply>ask(PublisherCommand.GetOverview::new, answerTimeout)
        .thenApply(reply -> (PublisherReply.Overview) reply);
  }

  @Override
  public CompletionStage<SectorStanding> sector(SectorId sector) {
    return entities
        .sector(sector)
        .ask(SectorCommand.GetState::new, answerTimeout)
        .thenApply(reply -> standing((SectorReply.StateIs) reply));
  }

  /** A parked sector's view tells beside its state the stage that it stopped in. */
  private static SectorStanding standing(SectorReply.StateIs is) {
    String state =
        is.view().state().equals("Parked")
            ? String.valueOf(is.view().fields().get("stage"))
            : is.view().state();
    return new SectorStanding(state, is.view().offsets(), is.view().damaged());
  }
}
