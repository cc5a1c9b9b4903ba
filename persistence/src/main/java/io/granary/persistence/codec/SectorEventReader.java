package io.granary.persistence.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.sector.Fault;
import io.granary.protocol.sector.JobRun;
import io.granary.protocol.sector.RedoFrom;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.Seed;
import io.granary.protocol.sector.Ticket;
import io.granary.protocol.wire.FaultFoundProto;
import io.granary.protocol.wire.JobRunProto;
import io.granary.protocol.wire.SectorEventProto;
import io.granary.protocol.wire.SectorMessageFailedProto;
import io.granary.protocol.wire.SectorMessageRequestedProto;
import io.granary.protocol.wire.SeedProto;
import io.granary.protocol.wire.SentBackProto;
import java.math.BigInteger;
import java.util.Optional;

/**
 * {@code sector_events.proto} to {@link SectorEvent}. Throws {@link IllegalArgumentException} when
 * a field is missing or out of range, or the kind unknown.
 */
final class SectorEventReader {
  private SectorEventReader() {}

  static SectorEvent read(SectorEventProto proto) {
    if (!proto.hasStamp()) {
      throw new IllegalArgumentException("sector event: has no stamp");
    }
    Stamp stamp = EntityCodec.fromProto(proto.getStamp());
    return switch (proto.getKindCase()) {
      case CREATED ->
          new SectorEvent.SectorCreated(
              stamp, EntityCodec.fromProto(proto.getCreated().getOrder()));
      case JOB_REQUESTED ->
          new SectorEvent.JobRequested(
              stamp,
              JobCodec.jobId(proto.getJobRequested().getJob()),
              proto.getJobRequested().getAttempt(),
              new Epoch(proto.getJobRequested().getLastUsefulEpoch()));
      case JOB_FAILED ->
          new SectorEvent.JobFailed(
              stamp,
              run(proto.getJobFailed().getRun()),
              JobCodec.fromProto(proto.getJobFailed().getFailure()),
              EntityCodec.fromProto(proto.getJobFailed().getRetryNotBefore()));
      case PIECE_ADDED ->
          new SectorEvent.PieceAdded(
              stamp,
              run(proto.getPieceAdded().getRun()),
              ValueCodec.fromProto(proto.getPieceAdded().getPiece()),
              ValueCodec.fromProto(proto.getPieceAdded().getUnsealed()));
      case PIECE_DIFFERED ->
          new SectorEvent.PieceDiffered(
              stamp,
              run(proto.getPieceDiffered().getRun()),
              proto.getPieceDiffered().getSource(),
              ValueCodec.fromProto(proto.getPieceDiffered().getFound()),
              ValueCodec.fromProto(proto.getPieceDiffered().getUnsealed()),
              proto.getPieceDiffered().getReason());
      case SEALING_STARTED -> new SectorEvent.SealingStarted(stamp);
      case TICKET_DRAWN ->
          new SectorEvent.TicketDrawn(
              stamp,
              new Ticket(
                  ValueCodec.fromProto(proto.getTicketDrawn().getTicket()),
                  new Epoch(proto.getTicketDrawn().getTicketEpoch())));
      case TICKET_EXPIRED ->
          new SectorEvent.TicketExpired(
              stamp, new Epoch(proto.getTicketExpired().getTicketEpoch()));
      case PRE_COMMIT1_COMPLETED ->
          new SectorEvent.PreCommit1Completed(
              stamp,
              run(proto.getPreCommit1Completed().getRun()),
              ValueCodec.fromProto(proto.getPreCommit1Completed().getCache()));
      case PRE_COMMIT2_COMPLETED ->
          new SectorEvent.PreCommit2Completed(
              stamp,
              run(proto.getPreCommit2Completed().getRun()),
              ValueCodec.commitmentFromProto(proto.getPreCommit2Completed().getCommR()),
              ValueCodec.commitmentFromProto(proto.getPreCommit2Completed().getCommD()),
              ValueCodec.fromProto(proto.getPreCommit2Completed().getSealed()),
              ValueCodec.fromProto(proto.getPreCommit2Completed().getCache()));
      case COMMIT1_COMPLETED ->
          new SectorEvent.Commit1Completed(
              stamp,
              run(proto.getCommit1Completed().getRun()),
              ValueCodec.fromProto(proto.getCommit1Completed().getRecord()));
      case COMMIT2_COMPLETED ->
          new SectorEvent.Commit2Completed(
              stamp,
              run(proto.getCommit2Completed().getRun()),
              ValueCodec.fromProto(proto.getCommit2Completed().getProof()));
      case FINALIZED -> new SectorEvent.Finalized(stamp, run(proto.getFinalized().getRun()));
      case SENT_BACK ->
          new SectorEvent.SentBack(
              stamp, redoFrom(proto.getSentBack()), proto.getSentBack().getReason());
      case MESSAGE_REQUESTED -> requested(stamp, proto.getMessageRequested());
      case MESSAGE_LANDED ->
          new SectorEvent.MessageLanded(
              stamp,
              proto.getMessageLanded().getIntentId(),
              new Cid(ValueCodec.fromProto(proto.getMessageLanded().getMessage())),
              new Epoch(proto.getMessageLanded().getInclusionEpoch()));
      case MESSAGE_REVERTED ->
          new SectorEvent.MessageReverted(stamp, proto.getMessageReverted().getIntentId());
      case MESSAGE_FAILED -> failed(stamp, proto.getMessageFailed());
      case PRE_COMMIT_SEEN ->
          new SectorEvent.PreCommitSeen(
              stamp,
              new Epoch(proto.getPreCommitSeen().getPreCommitEpoch()),
              amount(proto.getPreCommitSeen().getDeposit()),
              new Epoch(proto.getPreCommitSeen().getExpiration()));
      case PRE_COMMIT_LOST -> new SectorEvent.PreCommitLost(stamp);
      case PRE_COMMIT_EXPIRED ->
          new SectorEvent.PreCommitExpired(
              stamp, new Epoch(proto.getPreCommitExpired().getLastCommitEpoch()));
      case SEED_DRAWN -> new SectorEvent.SeedDrawn(stamp, seed(proto.getSeedDrawn()));
      case SEED_CHANGED -> new SectorEvent.SeedChanged(stamp, seed(proto.getSeedChanged()));
      case COMMIT_SEEN ->
          new SectorEvent.CommitSeen(
              stamp,
              new Epoch(proto.getCommitSeen().getActivation()),
              new Epoch(proto.getCommitSeen().getExpiration()),
              amount(proto.getCommitSeen().getPledge()));
      case COMMIT_LOST -> new SectorEvent.CommitLost(stamp);
      case PLACED ->
          new SectorEvent.SectorPlaced(
              stamp,
              new SectorLocation(
                  proto.getPlaced().getDeadline(), proto.getPlaced().getPartition()));
      case FIRST_PROVEN ->
          new SectorEvent.FirstProven(
              stamp,
              new Epoch(proto.getFirstProven().getPeriodStart()),
              new Epoch(proto.getFirstProven().getProvenEpoch()));
      case FAULT_FOUND -> new SectorEvent.FaultFound(stamp, fault(proto.getFaultFound()));
      case REPLICA_READABLE ->
          new SectorEvent.ReplicaReadable(stamp, run(proto.getReplicaReadable().getRun()));
      case RECOVERY_DECLARED ->
          new SectorEvent.RecoveryDeclared(
              stamp, new Epoch(proto.getRecoveryDeclared().getDeclaredEpoch()));
      case RECOVERED ->
          new SectorEvent.SectorRecovered(
              stamp, new Epoch(proto.getRecovered().getRecoveredEpoch()));
      case UNSEALED_DROP_ORDERED -> new SectorEvent.UnsealedDropOrdered(stamp);
      case UNSEALED_DROPPED ->
          new SectorEvent.UnsealedDropped(stamp, run(proto.getUnsealedDropped().getRun()));
      case UNSEALED_KEPT ->
          new SectorEvent.UnsealedKept(
              stamp,
              proto.getUnsealedKept().getReason(),
              EntityCodec.fromProto(proto.getUnsealedKept().getRetryNotBefore()));
      case PARKED ->
          new SectorEvent.SectorParked(
              stamp, proto.getParked().getReason(), proto.getParked().getRetryable());
      case RETRY_ORDERED -> new SectorEvent.RetryOrdered(stamp);
      case REMOVAL_ORDERED ->
          new SectorEvent.RemovalOrdered(stamp, proto.getRemovalOrdered().getReason());
      case FILES_REMOVED ->
          new SectorEvent.FilesRemoved(stamp, run(proto.getFilesRemoved().getRun()));
      case KIND_NOT_SET -> throw new IllegalArgumentException("sector event: no known kind is set");
    };
  }

  private static RedoFrom redoFrom(SentBackProto proto) {
    return switch (proto.getTo()) {
      case REDO_FROM_PRE_COMMIT_1 -> RedoFrom.PRE_COMMIT_1;
      case REDO_FROM_COMMIT_1 -> RedoFrom.COMMIT_1;
      case REDO_FROM_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("sent back: unknown stage " + proto.getToValue());
    };
  }

  private static SectorEvent requested(Stamp stamp, SectorMessageRequestedProto proto) {
    return new SectorEvent.MessageRequested(
        stamp,
        proto.getIntentId(),
        new Address(ValueCodec.fromProto(proto.getFrom())),
        amount(proto.getValue()),
        new Epoch(proto.getLastUsefulEpoch()),
        proto.hasExpiration() ? Optional.of(new Epoch(proto.getExpiration())) : Optional.empty());
  }

  private static SectorEvent failed(Stamp stamp, SectorMessageFailedProto proto) {
    return new SectorEvent.MessageFailed(
        stamp,
        proto.getIntentId(),
        proto.hasExitCode() ? Optional.of(proto.getExitCode()) : Optional.empty(),
        proto.getReason(),
        EntityCodec.fromProto(proto.getRetryNotBefore()));
  }

  private static Seed seed(SeedProto proto) {
    return new Seed(ValueCodec.fromProto(proto.getSeed()), new Epoch(proto.getSeedEpoch()));
  }

  private static Fault fault(FaultFoundProto proto) {
    ByteString challenge = proto.getChallenge();
    return new Fault(
        proto.getReason(),
        new Epoch(proto.getSince()),
        proto.hasChallenge() ? Optional.of(ValueCodec.fromProto(challenge)) : Optional.empty());
  }

  private static JobRun run(JobRunProto proto) {
    return new JobRun(
        JobCodec.jobId(proto.getJob()), proto.getAttempt(), proto.getWorker(), proto.getMillis());
  }

  private static TokenAmount amount(String decimal) {
    try {
      return new TokenAmount(new BigInteger(decimal));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("amount: no decimal number, got '" + decimal + "'", e);
    }
  }
}
