package io.granary.persistence.codec;

import com.google.protobuf.ByteString;
import io.granary.protocol.Bytes;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.sector.Fault;
import io.granary.protocol.sector.JobRun;
import io.granary.protocol.sector.RedoFrom;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.Seed;
import io.granary.protocol.wire.Commit1CompletedProto;
import io.granary.protocol.wire.Commit2CompletedProto;
import io.granary.protocol.wire.CommitLostProto;
import io.granary.protocol.wire.CommitSeenProto;
import io.granary.protocol.wire.FaultFoundProto;
import io.granary.protocol.wire.FirstProvenProto;
import io.granary.protocol.wire.JobRunProto;
import io.granary.protocol.wire.PreCommit1CompletedProto;
import io.granary.protocol.wire.PreCommit2CompletedProto;
import io.granary.protocol.wire.PreCommitExpiredProto;
import io.granary.protocol.wire.PreCommitLostProto;
import io.granary.protocol.wire.PreCommitSeenProto;
import io.granary.protocol.wire.RedoFromProto;
import io.granary.protocol.wire.RemovalOrderedProto;
import io.granary.protocol.wire.ReplicaReadableProto;
import io.granary.protocol.wire.RetryOrderedProto;
import io.granary.protocol.wire.SealingStartedProto;
import io.granary.protocol.wire.SectorCreatedProto;
import io.granary.protocol.wire.SectorEventProto;
import io.granary.protocol.wire.SectorFilesRemovedProto;
import io.granary.protocol.wire.SectorFinalizedProto;
import io.granary.protocol.wire.SectorJobFailedProto;
import io.granary.protocol.wire.SectorJobRequestedProto;
import io.granary.protocol.wire.SectorMessageFailedProto;
import io.granary.protocol.wire.SectorMessageLandedProto;
import io.granary.protocol.wire.SectorMessageRequestedProto;
import io.granary.protocol.wire.SectorMessageRevertedProto;
import io.granary.protocol.wire.SectorParkedProto;
import io.granary.protocol.wire.SectorPieceAddedProto;
import io.granary.protocol.wire.SectorPieceDifferedProto;
import io.granary.protocol.wire.SectorPlacedProto;
import io.granary.protocol.wire.SectorRecoveredProto;
import io.granary.protocol.wire.SectorRecoveryDeclaredProto;
import io.granary.protocol.wire.SectorUnsealedDroppedProto;
import io.granary.protocol.wire.SeedProto;
import io.granary.protocol.wire.SentBackProto;
import io.granary.protocol.wire.TicketDrawnProto;
import io.granary.protocol.wire.TicketExpiredProto;
import io.granary.protocol.wire.UnsealedDropOrderedProto;
import io.granary.protocol.wire.UnsealedKeptProto;

/** {@link SectorEvent} to {@code sector_events.proto}. */
final class SectorEventWriter {
  private SectorEventWriter() {}

  static SectorEventProto write(SectorEvent event) {
    SectorEventProto.Builder builder =
        SectorEventProto.newBuilder().setStamp(EntityCodec.toProto(event.stamp()));
    if (!work(builder, event) && !message(builder, event) && !chain(builder, event)) {
      provingOrOrder(builder, event);
    }
    if (builder.getKindCase() == SectorEventProto.KindCase.KIND_NOT_SET) {
      throw new IllegalStateException("no schema for " + event.name());
    }
    return builder.build();
  }

  private static boolean work(SectorEventProto.Builder builder, SectorEvent event) {
    if (event instanceof SectorEvent.SectorCreated e) {
      builder.setCreated(SectorCreatedProto.newBuilder().setOrder(EntityCodec.toProto(e.order())));
    } else if (event instanceof SectorEvent.JobRequested e) {
      builder.setJobRequested(
          SectorJobRequestedProto.newBuilder()
              .setJob(e.job().value())
              .setAttempt(e.attempt())
              .setLastUsefulEpoch(e.lastUsefulEpoch().value()));
    } else if (event instanceof SectorEvent.JobFailed e) {
      builder.setJobFailed(
          SectorJobFailedProto.newBuilder()
              .setRun(run(e.run()))
              .setFailure(JobCodec.toProto(e.failure()))
              .setRetryNotBefore(EntityCodec.toProto(e.retryNotBefore())));
    } else if (event instanceof SectorEvent.PieceAdded e) {
      builder.setPieceAdded(
          SectorPieceAddedProto.newBuilder()
              .setRun(run(e.run()))
              .setPiece(ValueCodec.toProto(e.piece()))
              .setUnsealed(ValueCodec.toProto(e.unsealed())));
    } else if (event instanceof SectorEvent.PieceDiffered e) {
      builder.setPieceDiffered(
          SectorPieceDifferedProto.newBuilder()
              .setRun(run(e.run()))
              .setSource(e.source())
              .setFound(ValueCodec.toProto(e.found()))
              .setUnsealed(ValueCodec.toProto(e.unsealed()))
              .setReason(e.reason()));
    } else if (event instanceof SectorEvent.SealingStarted) {
      builder.setSealingStarted(SealingStartedProto.getDefaultInstance());
    } else if (event instanceof SectorEvent.TicketDrawn e) {
      builder.setTicketDrawn(
          TicketDrawnProto.newBuilder()
              .setTicket(ValueCodec.toProto(e.ticket().value()))
              .setTicketEpoch(e.ticket().epoch().value()));
    } else if (event instanceof SectorEvent.TicketExpired e) {
      builder.setTicketExpired(
          TicketExpiredProto.newBuilder().setTicketEpoch(e.ticketEpoch().value()));
    } else if (event instanceof SectorEvent.PreCommit1Completed e) {
      builder.setPreCommit1Completed(
          PreCommit1CompletedProto.newBuilder()
              .setRun(run(e.run()))
              .setCache(ValueCodec.toProto(e.cache())));
    } else if (event instanceof SectorEvent.PreCommit2Completed e) {
      builder.setPreCommit2Completed(
          PreCommit2CompletedProto.newBuilder()
              .setRun(run(e.run()))
              .setCommR(ValueCodec.toProto(e.commR()))
              .setCommD(ValueCodec.toProto(e.commD()))
              .setSealed(ValueCodec.toProto(e.sealed()))
              .setCache(ValueCodec.toProto(e.cache())));
    } else if (event instanceof SectorEvent.Commit1Completed e) {
      builder.setCommit1Completed(
          Commit1CompletedProto.newBuilder()
              .setRun(run(e.run()))
              .setRecord(ValueCodec.toProto(e.record())));
    } else if (event instanceof SectorEvent.Commit2Completed e) {
      builder.setCommit2Completed(
          Commit2CompletedProto.newBuilder()
              .setRun(run(e.run()))
              .setProof(ValueCodec.toProto(e.proof())));
    } else if (event instanceof SectorEvent.Finalized e) {
      builder.setFinalized(SectorFinalizedProto.newBuilder().setRun(run(e.run())));
    } else if (event instanceof SectorEvent.SentBack e) {
      builder.setSentBack(SentBackProto.newBuilder().setTo(redoFrom(e.to())).setReason(e.reason()));
    } else {
      return false;
    }
    return true;
  }

  private static RedoFromProto redoFrom(RedoFrom to) {
    return switch (to) {
      case PRE_COMMIT_1 -> RedoFromProto.REDO_FROM_PRE_COMMIT_1;
      case COMMIT_1 -> RedoFromProto.REDO_FROM_COMMIT_1;
    };
  }

  private static boolean message(SectorEventProto.Builder builder, SectorEvent event) {
    if (event instanceof SectorEvent.MessageRequested e) {
      SectorMessageRequestedProto.Builder requested =
          SectorMessageRequestedProto.newBuilder()
              .setIntentId(e.intentId())
              .setFrom(bytes(e.from().bytes()))
              .setValue(e.value().toString())
              .setLastUsefulEpoch(e.lastUsefulEpoch().value());
      e.expiration().ifPresent(epoch -> requested.setExpiration(epoch.value()));
      builder.setMessageRequested(requested);
    } else if (event instanceof SectorEvent.MessageLanded e) {
      builder.setMessageLanded(
          SectorMessageLandedProto.newBuilder()
              .setIntentId(e.intentId())
              .setMessage(bytes(e.message().bytes()))
              .setInclusionEpoch(e.inclusionEpoch().value()));
    } else if (event instanceof SectorEvent.MessageReverted e) {
      builder.setMessageReverted(SectorMessageRevertedProto.newBuilder().setIntentId(e.intentId()));
    } else if (event instanceof SectorEvent.MessageFailed e) {
      SectorMessageFailedProto.Builder failed =
          SectorMessageFailedProto.newBuilder()
              .setIntentId(e.intentId())
              .setReason(e.reason())
              .setRetryNotBefore(EntityCodec.toProto(e.retryNotBefore()));
      e.exitCode().ifPresent(failed::setExitCode);
      builder.setMessageFailed(failed);
    } else {
      return false;
    }
    return true;
  }

  private static boolean chain(SectorEventProto.Builder builder, SectorEvent event) {
    if (event instanceof SectorEvent.PreCommitSeen e) {
      builder.setPreCommitSeen(
          PreCommitSeenProto.newBuilder()
              .setPreCommitEpoch(e.preCommitEpoch().value())
              .setDeposit(e.deposit().toString())
              .setExpiration(e.expiration().value()));
    } else if (event instanceof SectorEvent.PreCommitLost) {
      builder.setPreCommitLost(PreCommitLostProto.getDefaultInstance());
    } else if (event instanceof SectorEvent.PreCommitExpired e) {
      builder.setPreCommitExpired(
          PreCommitExpiredProto.newBuilder().setLastCommitEpoch(e.lastCommitEpoch().value()));
    } else if (event instanceof SectorEvent.SeedDrawn e) {
      builder.setSeedDrawn(seed(e.seed()));
    } else if (event instanceof SectorEvent.SeedChanged e) {
      builder.setSeedChanged(seed(e.seed()));
    } else if (event instanceof SectorEvent.CommitSeen e) {
      builder.setCommitSeen(
          CommitSeenProto.newBuilder()
              .setActivation(e.activation().value())
              .setExpiration(e.expiration().value())
              .setPledge(e.pledge().toString()));
    } else if (event instanceof SectorEvent.CommitLost) {
      builder.setCommitLost(CommitLostProto.getDefaultInstance());
    } else if (event instanceof SectorEvent.SectorPlaced e) {
      builder.setPlaced(
          SectorPlacedProto.newBuilder()
              .setDeadline(e.location().deadline())
              .setPartition(e.location().partition()));
    } else {
      return false;
    }
    return true;
  }

  private static SeedProto seed(Seed seed) {
    return SeedProto.newBuilder()
        .setSeed(bytes(seed.value()))
        .setSeedEpoch(seed.epoch().value())
        .build();
  }

  private static void provingOrOrder(SectorEventProto.Builder builder, SectorEvent event) {
    if (event instanceof SectorEvent.FirstProven e) {
      builder.setFirstProven(
          FirstProvenProto.newBuilder()
              .setPeriodStart(e.periodStart().value())
              .setProvenEpoch(e.provenEpoch().value()));
    } else if (event instanceof SectorEvent.FaultFound e) {
      builder.setFaultFound(fault(e.fault()));
    } else if (event instanceof SectorEvent.ReplicaReadable e) {
      builder.setReplicaReadable(ReplicaReadableProto.newBuilder().setRun(run(e.run())));
    } else if (event instanceof SectorEvent.RecoveryDeclared e) {
      builder.setRecoveryDeclared(
          SectorRecoveryDeclaredProto.newBuilder().setDeclaredEpoch(e.declaredEpoch().value()));
    } else if (event instanceof SectorEvent.SectorRecovered e) {
      builder.setRecovered(
          SectorRecoveredProto.newBuilder().setRecoveredEpoch(e.recoveredEpoch().value()));
    } else if (event instanceof SectorEvent.UnsealedDropOrdered) {
      builder.setUnsealedDropOrdered(UnsealedDropOrderedProto.getDefaultInstance());
    } else if (event instanceof SectorEvent.UnsealedDropped e) {
      builder.setUnsealedDropped(SectorUnsealedDroppedProto.newBuilder().setRun(run(e.run())));
    } else if (event instanceof SectorEvent.UnsealedKept e) {
      builder.setUnsealedKept(
          UnsealedKeptProto.newBuilder()
              .setReason(e.reason())
              .setRetryNotBefore(EntityCodec.toProto(e.retryNotBefore())));
    } else if (event instanceof SectorEvent.SectorParked e) {
      builder.setParked(
          SectorParkedProto.newBuilder().setReason(e.reason()).setRetryable(e.retryable()));
    } else if (event instanceof SectorEvent.RetryOrdered) {
      builder.setRetryOrdered(RetryOrderedProto.getDefaultInstance());
    } else if (event instanceof SectorEvent.RemovalOrdered e) {
      builder.setRemovalOrdered(RemovalOrderedProto.newBuilder().setReason(e.reason()));
    } else if (event instanceof SectorEvent.FilesRemoved e) {
      builder.setFilesRemoved(SectorFilesRemovedProto.newBuilder().setRun(run(e.run())));
    }
  }

  private static FaultFoundProto fault(Fault fault) {
    FaultFoundProto.Builder builder =
        FaultFoundProto.newBuilder().setReason(fault.reason()).setSince(fault.since().value());
    fault.challenge().ifPresent(challenge -> builder.setChallenge(bytes(challenge)));
    return builder.build();
  }

  private static JobRunProto run(JobRun run) {
    return JobRunProto.newBuilder()
        .setJob(run.job().value())
        .setAttempt(run.attempt())
        .setWorker(run.worker())
        .setMillis(run.millis())
        .build();
  }

  private static ByteString bytes(Bytes value) {
    return ValueCodec.toProto(value);
  }
}
