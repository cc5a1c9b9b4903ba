package io.granary.persistence.codec;

import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.Stamp;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineEvent.MissedPartition;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.wire.DeadlineEventProto;
import io.granary.protocol.wire.DeadlineRecoveryAskedProto;
import io.granary.protocol.wire.PartitionPlanProto;
import io.granary.protocol.wire.ProofJobAskedProto;
import io.granary.protocol.wire.ProvenInPeriodProto;
import io.granary.protocol.wire.RunOpenedProto;
import io.granary.protocol.wire.SnarkMadeProto;
import io.granary.protocol.wire.VanillaMadeProto;
import java.util.List;

/** The reading half of {@link DeadlineEventCodec}. */
final class DeadlineEventReader {
  private DeadlineEventReader() {}

  static DeadlineEvent read(DeadlineEventProto proto) {
    Stamp stamp = EntityCodec.fromProto(proto.getStamp());
    return switch (proto.getKindCase()) {
      case RUN_OPENED -> opened(proto.getRunOpened(), stamp);
      case RUN_REPLANNED ->
          new DeadlineEvent.RunReplanned(
              ValueCodec.fromProto(proto.getRunReplanned().getRandomness()),
              MessageCodec.tipSetKey(proto.getRunReplanned().getReadAtList()),
              plans(proto.getRunReplanned().getPartitionsList()),
              stamp);
      case RUN_CLOSED ->
          new DeadlineEvent.RunClosed(
              new Epoch(proto.getRunClosed().getPeriodStart()),
              proto.getRunClosed().getProvenList(),
              proto.getRunClosed().getMissedList().stream()
                  .map(missed -> new MissedPartition(missed.getPartition(), missed.getReason()))
                  .toList(),
              stamp);
      case VANILLA_ASKED -> {
        ProofJobAskedProto asked = proto.getVanillaAsked();
        yield new DeadlineEvent.VanillaAsked(
            asked.getPartition(), JobCodec.jobId(asked.getJob()), asked.getAttempt(), stamp);
      }
      case VANILLA_MADE -> vanilla(proto.getVanillaMade(), stamp);
      case SNARK_ASKED -> {
        ProofJobAskedProto asked = proto.getSnarkAsked();
        yield new DeadlineEvent.SnarkAsked(
            asked.getPartition(), JobCodec.jobId(asked.getJob()), asked.getAttempt(), stamp);
      }
      case SNARK_MADE -> {
        SnarkMadeProto made = proto.getSnarkMade();
        yield new DeadlineEvent.SnarkMade(
            made.getPartition(),
            made.getAttempt(),
            ValueCodec.fromProto(made.getProof()),
            made.getWorker(),
            made.getMillis(),
            stamp);
      }
      case PROOF_JOB_FAILED ->
          new DeadlineEvent.ProofJobFailed(
              proto.getProofJobFailed().getPartition(),
              proto.getProofJobFailed().getAttempt(),
              JobCodec.fromProto(proto.getProofJobFailed().getFailure()),
              proto.getProofJobFailed().getWorker(),
              stamp);
      case PARTITION_PARKED ->
          new DeadlineEvent.PartitionParked(
              proto.getPartitionParked().getPartition(),
              proto.getPartitionParked().getReason(),
              stamp);
      case PARTITION_RETRIED ->
          new DeadlineEvent.PartitionRetried(proto.getPartitionRetried().getPartition(), stamp);
      case SUBMISSION_ASKED ->
          new DeadlineEvent.SubmissionAsked(
              proto.getSubmissionAsked().getPartition(),
              proto.getSubmissionAsked().getSubmission(),
              MessageCodec.fromProto(proto.getSubmissionAsked().getIntent()),
              stamp);
      case PROVEN_IN_PERIOD -> proven(proto.getProvenInPeriod(), stamp);
      case SUBMISSION_FAILED ->
          new DeadlineEvent.SubmissionFailed(
              proto.getSubmissionFailed().getPartition(),
              proto.getSubmissionFailed().getSubmission(),
              proto.getSubmissionFailed().getReason(),
              stamp);
      case SUBMISSION_REVERTED ->
          new DeadlineEvent.SubmissionReverted(
              proto.getSubmissionReverted().getPartition(),
              proto.getSubmissionReverted().getSubmission(),
              MessageCodec.cid(proto.getSubmissionReverted().getMessage()),
              stamp);
      case LANDING_LOST ->
          new DeadlineEvent.LandingLost(
              proto.getLandingLost().getIntentId(),
              MessageCodec.cid(proto.getLandingLost().getMessage()),
              stamp);
      case REHEARSAL_DONE -> DeadlineValues.fromProto(proto.getRehearsalDone(), stamp);
      case FAULTS_FOUND ->
          new DeadlineEvent.FaultsFound(
              DeadlineValues.fromProto(proto.getFaultsFound().getSectorsList()), stamp);
      case FAULTS_ENDED ->
          new DeadlineEvent.FaultsEnded(
              DeadlineValues.fromProto(proto.getFaultsEnded().getSectorsList()), stamp);
      case RECOVERY_ASKED -> recovery(proto.getRecoveryAsked(), stamp);
      case RECOVERY_DECLARED ->
          new DeadlineEvent.RecoveryDeclared(
              proto.getRecoveryDeclared().getDeclaration(),
              MessageCodec.cid(proto.getRecoveryDeclared().getMessage()),
              new Epoch(proto.getRecoveryDeclared().getInclusionEpoch()),
              stamp);
      case RECOVERY_FAILED ->
          new DeadlineEvent.RecoveryFailed(
              proto.getRecoveryFailed().getDeclaration(),
              proto.getRecoveryFailed().getReason(),
              stamp);
      case RECOVERY_REVERTED ->
          new DeadlineEvent.RecoveryReverted(
              proto.getRecoveryReverted().getDeclaration(),
              MessageCodec.cid(proto.getRecoveryReverted().getMessage()),
              stamp);
      case RECOVERY_ENDED ->
          new DeadlineEvent.RecoveryEnded(proto.getRecoveryEnded().getDeclaration(), stamp);
      case KIND_NOT_SET ->
          throw new IllegalArgumentException("deadline event: no known kind is set");
    };
  }

  private static DeadlineEvent opened(RunOpenedProto proto, Stamp stamp) {
    return new DeadlineEvent.RunOpened(
        MessageCodec.fromProto(proto.getWindow()),
        ValueCodec.fromProto(proto.getRandomness()),
        new RegisteredPoStProof(proto.getPostProof()),
        MessageCodec.tipSetKey(proto.getReadAtList()),
        plans(proto.getPartitionsList()),
        stamp);
  }

  private static DeadlineEvent vanilla(VanillaMadeProto proto, Stamp stamp) {
    if (JobCodec.fromProto(proto.getProofs()) instanceof JobOutput.VanillaProofs proofs) {
      return new DeadlineEvent.VanillaMade(
          proto.getPartition(),
          proto.getAttempt(),
          proofs.proven(),
          proofs.unreadable(),
          proto.getWorker(),
          proto.getMillis(),
          stamp);
    }
    throw new IllegalArgumentException("vanilla made: holds another output");
  }

  private static DeadlineEvent proven(ProvenInPeriodProto proto, Stamp stamp) {
    return new DeadlineEvent.ProvenInPeriod(
        proto.getPartition(),
        new Epoch(proto.getPeriodStart()),
        proto.getSubmission(),
        DeadlineValues.bits(proto.getSectors()),
        DeadlineValues.bits(proto.getSkipped()),
        MessageCodec.cid(proto.getMessage()),
        new Epoch(proto.getInclusionEpoch()),
        stamp);
  }

  private static DeadlineEvent recovery(DeadlineRecoveryAskedProto proto, Stamp stamp) {
    return new DeadlineEvent.RecoveryAsked(
        proto.getDeclaration(),
        MessageCodec.fromProto(proto.getWindow()),
        DeadlineValues.fromProto(proto.getSectorsList()),
        MessageCodec.fromProto(proto.getIntent()),
        stamp);
  }

  private static List<PartitionPlan> plans(List<PartitionPlanProto> protos) {
    return protos.stream()
        .map(
            plan ->
                new PartitionPlan(
                    plan.getPartition(),
                    DeadlineValues.bits(plan.getToProve()),
                    DeadlineValues.bits(plan.getRecovering()),
                    DeadlineValues.bits(plan.getUnproven())))
        .toList();
  }
}
