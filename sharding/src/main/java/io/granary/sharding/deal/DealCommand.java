package io.granary.sharding.deal;

import akka.actor.typed.ActorRef;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.DealVerdict;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.publish.PublicationStanding;
import java.time.Instant;
import java.util.Optional;

/** What a deal is told. */
public sealed interface DealCommand {

  /**
   * A proposal that was judged; answered with {@link DealReply.Answered} once that is stored.
   *
   * @param refused what is wrong with it; empty when it is to be accepted
   */
  record Propose(
      DealTerms terms, Optional<DealVerdict.Refused> refused, ActorRef<DealReply> replyTo)
      implements DealCommand {}

  /**
   * There is a new head.
   *
   * @param since when the deal was put among those under way
   */
  record Ticked(Tick tick, Instant since) implements DealCommand {}

  /** An operator brings the data: a file on the node where the deal lives. */
  record Import(String path, ActorRef<DealReply> replyTo) implements DealCommand {}

  /** An operator lets a failed deal go on. */
  record Retry(ActorRef<DealReply> replyTo) implements DealCommand {}

  /** The market paid for the deal, and that counts. */
  record Paid(DealPayment payment, ActorRef<DealReply> replyTo) implements DealCommand {}

  /** Asks for {@link DealReply.StateIs}. */
  record Describe(ActorRef<DealReply> replyTo) implements DealCommand {}

  /** What a deal tells itself; never leaves its node. */
  sealed interface Own extends DealCommand {}

  record HeadKnown(Tick tick) implements Own {}

  record HeadUnknown(Throwable cause) implements Own {}

  /** So many bytes of {@code proposal}'s data find room in staging. */
  record RoomKnown(Propose proposal, long bytes) implements Own {}

  /** Nobody knows. */
  record RoomUnknown(Propose proposal, Throwable cause) implements Own {}

  /** The wait after a broken transfer is over. */
  record Resume() implements Own {}

  record Received(long round, long receivedBytes, long totalBytes) implements Own {}

  record FetchEnded(long round, DealFetcher.End end) implements Own {}

  record FetchFailed(long round, Throwable cause) implements Own {}

  record Adopted(StagedFile file, ActorRef<DealReply> replyTo) implements Own {}

  record NotAdopted(Throwable cause, ActorRef<DealReply> replyTo) implements Own {}

  /** What came back of the question that {@code asked} had; stale when the state is another now. */
  sealed interface Heard extends Own {
    DealState asked();
  }

  record Hashed(DealState asked, Commitment found) implements Heard {}

  record NotHashed(DealState asked, Throwable cause) implements Heard {}

  record Ordered(DealState asked, SectorId sector, long offset) implements Heard {}

  record OrderRefused(DealState asked, String reason) implements Heard {}

  record SectorSeen(DealState asked, DealNeighbours.SectorStanding standing) implements Heard {}

  record OnChain(DealState asked, DirectStanding standing) implements Heard {}

  /**
   * What the market keeps of a published deal.
   *
   * @param deal empty when it keeps none
   */
  record OnMarket(DealState asked, Optional<MarketDeal> deal) implements Heard {}

  /** How far the deal's publication is. */
  record PublicationSeen(DealState asked, PublicationStanding standing) implements Heard {}

  /** How far the deal's piece can be found. */
  record Exposed(DealState asked, Exposure exposure) implements Heard {}

  record Released(DealState asked) implements Heard {}

  /** No answer; the next head asks again. */
  record NotHeard(DealState asked, String what, Throwable cause) implements Heard {}
}
