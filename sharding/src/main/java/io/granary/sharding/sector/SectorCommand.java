package io.granary.sharding.sector;

import akka.actor.typed.ActorRef;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import io.granary.protocol.sector.ChainLook;
import io.granary.protocol.sector.SectorObservation;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorState;
import io.granary.protocol.sender.MessageReport;
import java.util.Map;
import java.util.Optional;

/** What a sector is told. */
public sealed interface SectorCommand {

  /** The miner orders a new sector; one that exists already changes nothing. */
  record Create(SectorOrder order, Tick tick) implements SectorCommand {}

  /** There is a new head. */
  record Ticked(Tick tick) implements SectorCommand {}

  /** A proving deadline saw something. */
  record Observe(SectorObservation observation) implements SectorCommand {}

  /** A worker speaks of a job. */
  record JobReported(JobReport report) implements SectorCommand {}

  /** A sender speaks of a message. */
  record MessageReported(MessageReport report) implements SectorCommand {}

  /** An operator takes a parked sector up again. */
  record Retry(ActorRef<SectorReply> replyTo) implements SectorCommand {}

  /**
   * An operator gives the sector up: its files are deleted, its number and deposit are lost.
   * Refused while the chain holds it.
   */
  record Remove(String reason, ActorRef<SectorReply> replyTo) implements SectorCommand {}

  /** Asks for {@link SectorReply.StateIs}. */
  record GetState(ActorRef<SectorReply> replyTo) implements SectorCommand {}

  /** Writes its row of the read model once more: the one there is behind. */
  record Summarize() implements SectorCommand {}

  /**
   * Its unsealed copy was seen, and may be of no use: the sector asks what the deals of its pieces
   * want, and lets the copy go when none wants it. May be said any number of times.
   */
  record ReviewUnsealed() implements SectorCommand {}

  /** What a sector tells itself; never leaves its node. */
  sealed interface Own extends SectorCommand {}

  /**
   * The head of the moment, asked for without a tick; empty when the chain did not answer. See
   * {@link SectorEntity}.
   */
  record HeadKnown(Optional<Tick> tick) implements Own {}

  /** The chain answered {@code asked} what it had to know. */
  record Looked(long round, SectorState asked, ChainLook look) implements Own {}

  /** What is known of the pieces of the sector. */
  record WishesKnown(long round, Map<Commitment, PieceDeals.OfPiece> pieces) implements Own {
    public WishesKnown {
      pieces = Map.copyOf(pieces);
    }
  }

  /** The store did not answer; who sees the unsealed copy says so again. */
  record WishesUnknown(long round, Throwable cause) implements Own {}

  /** The chain did not answer; the next tick asks again. */
  record LookFailed(long round, Throwable cause) implements Own {}
}
