package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.FileLocation;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * What happened to a sector. Events carry everything that was decided, so that a replay asks
 * nobody. {@code …Requested} is an intent, persisted before anything is spent on it.
 */
public sealed interface SectorEvent {
  Stamp stamp();

  /** The event's name, as histories and the diagram show it. */
  default String name() {
    return getClass().getSimpleName();
  }

  // Work

  record SectorCreated(Stamp stamp, SectorOrder order) implements SectorEvent {}

  /**
   * A job of the current stage is asked for.
   *
   * @param attempt the fencing number, one higher than any before it in this sector
   */
  record JobRequested(Stamp stamp, JobId job, long attempt, Epoch lastUsefulEpoch)
      implements SectorEvent {}

  /**
   * The job brought nothing.
   *
   * @param retryNotBefore the back-off, as data
   */
  record JobFailed(Stamp stamp, JobRun run, JobFailure failure, Instant retryNotBefore)
      implements SectorEvent {}

  record PieceAdded(Stamp stamp, JobRun run, PieceInfo piece, FileLocation unsealed)
      implements SectorEvent {}

  /**
   * The data of a piece is not what the order requires: the sector is given up.
   *
   * @param source of the piece, as the order names it
   * @param reason names the piece and both commitments
   */
  record PieceDiffered(
      Stamp stamp, JobRun run, String source, PieceInfo found, FileLocation unsealed, String reason)
      implements SectorEvent {}

  /** The sector is full enough: sealing begins. */
  record SealingStarted(Stamp stamp) implements SectorEvent {}

  record TicketDrawn(Stamp stamp, Ticket ticket) implements SectorEvent {}

  /** A precommit with this ticket can no longer be included: another one is drawn. */
  record TicketExpired(Stamp stamp, Epoch ticketEpoch) implements SectorEvent {}

  record PreCommit1Completed(Stamp stamp, JobRun run, FileLocation cache) implements SectorEvent {}

  record PreCommit2Completed(
      Stamp stamp,
      JobRun run,
      Commitment commR,
      Commitment commD,
      FileLocation sealed,
      FileLocation cache)
      implements SectorEvent {}

  record Commit1Completed(Stamp stamp, JobRun run, BlobRef record) implements SectorEvent {}

  record Commit2Completed(Stamp stamp, JobRun run, Bytes proof) implements SectorEvent {}

  record Finalized(Stamp stamp, JobRun run) implements SectorEvent {}

  /** Files or proof are no good: earlier work is done again. */
  record SentBack(Stamp stamp, RedoFrom to, String reason) implements SectorEvent {}

  // Messages

  /**
   * The message of the current stage is handed to the sender.
   *
   * @param expiration what a precommit promises
   */
  record MessageRequested(
      Stamp stamp,
      String intentId,
      Address from,
      TokenAmount value,
      Epoch lastUsefulEpoch,
      Optional<Epoch> expiration)
      implements SectorEvent {}

  /** It was executed with exit code 0. */
  record MessageLanded(Stamp stamp, String intentId, Cid message, Epoch inclusionEpoch)
      implements SectorEvent {}

  /** A re-org took it back; the sender pushes the same message again. */
  record MessageReverted(Stamp stamp, String intentId) implements SectorEvent {}

  /**
   * It will do nothing any more: it landed with a failure, or was never sent.
   *
   * @param exitCode of the receipt (chain.md 3.4), when it landed
   */
  record MessageFailed(
      Stamp stamp, String intentId, Optional<Long> exitCode, String reason, Instant retryNotBefore)
      implements SectorEvent {}

  // What the chain says

  /** The chain holds our precommit, included at {@code preCommitEpoch}. */
  record PreCommitSeen(Stamp stamp, Epoch preCommitEpoch, TokenAmount deposit, Epoch expiration)
      implements SectorEvent {}

  /** The chain no longer holds it: a re-org took it back. */
  record PreCommitLost(Stamp stamp) implements SectorEvent {}

  /** It can no longer be committed; deposit and number are lost. */
  record PreCommitExpired(Stamp stamp, Epoch lastCommitEpoch) implements SectorEvent {}

  record SeedDrawn(Stamp stamp, Seed seed) implements SectorEvent {}

  /** A re-org changed the beacon entry of the seed epoch. */
  record SeedChanged(Stamp stamp, Seed seed) implements SectorEvent {}

  /** The chain holds the committed sector. */
  record CommitSeen(Stamp stamp, Epoch activation, Epoch expiration, TokenAmount pledge)
      implements SectorEvent {}

  /** The chain no longer holds it: a re-org took it back. */
  record CommitLost(Stamp stamp) implements SectorEvent {}

  record SectorPlaced(Stamp stamp, SectorLocation location) implements SectorEvent {}

  // Proving

  record FirstProven(Stamp stamp, Epoch periodStart, Epoch provenEpoch) implements SectorEvent {}

  /** See {@link Fault}. */
  record FaultFound(Stamp stamp, Fault fault) implements SectorEvent {}

  /** The files answered the challenge they had failed. */
  record ReplicaReadable(Stamp stamp, JobRun run) implements SectorEvent {}

  record RecoveryDeclared(Stamp stamp, Epoch declaredEpoch) implements SectorEvent {}

  record SectorRecovered(Stamp stamp, Epoch recoveredEpoch) implements SectorEvent {}

  // The unsealed copy

  /**
   * Nobody wants the unsealed copy: it is to be deleted. The deals of its pieces were asked before.
   */
  record UnsealedDropOrdered(Stamp stamp) implements SectorEvent {}

  /** The unsealed copy is gone; the replica, which had answered a challenge, is there. */
  record UnsealedDropped(Stamp stamp, JobRun run) implements SectorEvent {}

  /**
   * The unsealed copy stays for now, though nobody wants it.
   *
   * @param retryNotBefore before then it is not to be deleted
   */
  record UnsealedKept(Stamp stamp, String reason, Instant retryNotBefore) implements SectorEvent {}

  // The operator's part

  /** Nothing more is tried; see {@link Parked}. */
  record SectorParked(Stamp stamp, String reason, boolean retryable) implements SectorEvent {}

  record RetryOrdered(Stamp stamp) implements SectorEvent {}

  record RemovalOrdered(Stamp stamp, String reason) implements SectorEvent {}

  record FilesRemoved(Stamp stamp, JobRun run) implements SectorEvent {}
}
