package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.codec.EntityCodec;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.codec.MessageCodec;
import io.granary.protocol.codec.ValueCodec;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.PartitionPlan;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.wire.DeadlineEventProto;
import io.granary.protocol.wire.DeadlineRecoveryAskedProto;
import io.granary.protocol.wire.DeadlineRecoveryDeclaredProto;
import io.granary.protocol.wire.DeadlineRecoveryEndedProto;
import io.granary.protocol.wire.DeadlineRecoveryFailedProto;
import io.granary.protocol.wire.DeadlineRecoveryRevertedProto;
import io.granary.protocol.wire.FaultsChangedProto;
import io.granary.protocol.wire.LandingLostProto;
import io.granary.protocol.wire.MissedPartitionProto;
import io.granary.protocol.wire.PartitionParkedProto;
import io.granary.protocol.wire.PartitionPlanProto;
import io.granary.protocol.wire.PartitionRetriedProto;
import io.granary.protocol.wire.ProofJobAskedProto;
import io.granary.protocol.wire.ProofJobFailedProto;
import io.granary.protocol.wire.ProvenInPeriodProto;
import io.granary.protocol.wire.RunClosedProto;
import io.granary.protocol.wire.RunOpenedProto;
import io.granary.protocol.wire.RunReplannedProto;
import io.granary.protocol.wire.SnarkMadeProto;
import io.granary.protocol.wire.SubmissionAskedProto;
import io.granary.protocol.wire.SubmissionFailedProto;
import io.granary.protocol.wire.SubmissionRevertedProto;
import io.granary.protocol.wire.VanillaMadeProto;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * {@link DeadlineEvent} as {@code deadline_event.proto} has it; {@link DeadlineEventReader} reads.
 */
public final class DeadlineEventCodec implements EventCodec<DeadlineEvent> {
  static final String MANIFEST = "deadline-event.1";

  @Override
  public Class<DeadlineEvent> type() {
    return DeadlineEvent.class;
  }

  @Override
  public Set<String> manifests() {
    return Set.of(MANIFEST);
  }

  @Override
  public String manifest(DeadlineEvent value) {
    return MANIFEST;
  }

  @Override
  public DeadlineEvent fromBytes(String manifest, CodedInputStream in) throws IOException {
    return DeadlineEventReader.read(DeadlineEventProto.parseFrom(in));
  }

  @Override
  public byte[] toBytes(DeadlineEvent event) {
    DeadlineEventProto.Builder builder =
        DeadlineEventProto.newBuilder().setStamp(EntityCodec.toProto(event.stamp()));
    if (event instanceof DeadlineEvent.OfPartition ofPartition) {
      partition(builder, ofPartition);
    } else {
      deadline(builder, event);
    }
    return builder.build().toByteArray();
  }

  private static void deadline(DeadlineEventProto.Builder builder, DeadlineEvent event) {
    if (event instanceof DeadlineEvent.RunOpened opened) {
      builder.setRunOpened(
          RunOpenedProto.newBuilder()
              .setWindow(MessageCodec.toProto(opened.window()))
              .setRandomness(ValueCodec.toProto(opened.randomness()))
              .setPostProof(opened.postProof().number())
              .addAllReadAt(MessageCodec.toProto(opened.readAt()))
              .addAllPartitions(plans(opened.partitions())));
    } else if (event instanceof DeadlineEvent.RunReplanned replanned) {
      builder.setRunReplanned(
          RunReplannedProto.newBuilder()
              .setRandomness(ValueCodec.toProto(replanned.randomness()))
              .addAllReadAt(MessageCodec.toProto(replanned.readAt()))
              .addAllPartitions(plans(replanned.partitions())));
    } else if (event instanceof DeadlineEvent.RunClosed closed) {
      builder.setRunClosed(
          RunClosedProto.newBuilder()
              .setPeriodStart(closed.periodStart().value())
              .addAllProven(closed.proven())
              .addAllMissed(
                  closed.missed().stream()
                      .map(
                          missed ->
                              MissedPartitionProto.newBuilder()
                                  .setPartition(missed.partition())
                                  .setReason(missed.reason())
                                  .build())
                      .toList()));
    } else if (event instanceof DeadlineEvent.LandingLost lost) {
      builder.setLandingLost(
          LandingLostProto.newBuilder()
              .setIntentId(lost.intentId())
              .setMessage(ValueCodec.toProto(lost.message().bytes())));
    } else if (event instanceof DeadlineEvent.RehearsalDone done) {
      builder.setRehearsalDone(DeadlineValues.toProto(done));
    } else if (event instanceof DeadlineEvent.FaultsFound found) {
      builder.setFaultsFound(
          FaultsChangedProto.newBuilder().addAllSectors(DeadlineValues.toProto(found.sectors())));
    } else if (event instanceof DeadlineEvent.FaultsEnded ended) {
      builder.setFaultsEnded(
          FaultsChangedProto.newBuilder().addAllSectors(DeadlineValues.toProto(ended.sectors())));
    } else {
      recovery(builder, event);
    }
  }

  private static void recovery(DeadlineEventProto.Builder builder, DeadlineEvent event) {
    if (event instanceof DeadlineEvent.RecoveryAsked asked) {
      builder.setRecoveryAsked(
          DeadlineRecoveryAskedProto.newBuilder()
              .setDeclaration(asked.declaration())
              .setWindow(MessageCodec.toProto(asked.window()))
              .addAllSectors(DeadlineValues.toProto(asked.sectors()))
              .setIntent(MessageCodec.toProto(asked.intent())));
    } else if (event instanceof DeadlineEvent.RecoveryDeclared declared) {
      builder.setRecoveryDeclared(
          DeadlineRecoveryDeclaredProto.newBuilder()
              .setDeclaration(declared.declaration())
              .setMessage(ValueCodec.toProto(declared.message().bytes()))
              .setInclusionEpoch(declared.inclusionEpoch().value()));
    } else if (event instanceof DeadlineEvent.RecoveryFailed failed) {
      builder.setRecoveryFailed(
          DeadlineRecoveryFailedProto.newBuilder()
              .setDeclaration(failed.declaration())
              .setReason(failed.reason()));
    } else if (event instanceof DeadlineEvent.RecoveryReverted reverted) {
      builder.setRecoveryReverted(
          DeadlineRecoveryRevertedProto.newBuilder()
              .setDeclaration(reverted.declaration())
              .setMessage(ValueCodec.toProto(reverted.message().bytes())));
    } else if (event instanceof DeadlineEvent.RecoveryEnded ended) {
      builder.setRecoveryEnded(
          DeadlineRecoveryEndedProto.newBuilder().setDeclaration(ended.declaration()));
    }
  }

  private static void partition(
      DeadlineEventProto.Builder builder, DeadlineEvent.OfPartition event) {
    if (event instanceof DeadlineEvent.VanillaAsked asked) {
      builder.setVanillaAsked(asked(asked.partition(), asked.job(), asked.attempt()));
    } else if (event instanceof DeadlineEvent.VanillaMade made) {
      builder.setVanillaMade(
          VanillaMadeProto.newBuilder()
              .setPartition(made.partition())
              .setAttempt(made.attempt())
              .setProofs(
                  JobCodec.toProto(new JobOutput.VanillaProofs(made.proofs(), made.skipped())))
              .setWorker(made.worker())
              .setMillis(made.millis()));
    } else if (event instanceof DeadlineEvent.SnarkAsked asked) {
      builder.setSnarkAsked(asked(asked.partition(), asked.job(), asked.attempt()));
    } else if (event instanceof DeadlineEvent.SnarkMade made) {
      builder.setSnarkMade(
          SnarkMadeProto.newBuilder()
              .setPartition(made.partition())
              .setAttempt(made.attempt())
              .setProof(ValueCodec.toProto(made.proof()))
              .setWorker(made.worker())
              .setMillis(made.millis()));
    } else if (event instanceof DeadlineEvent.ProofJobFailed failed) {
      builder.setProofJobFailed(
          ProofJobFailedProto.newBuilder()
              .setPartition(failed.partition())
              .setAttempt(failed.attempt())
              .setFailure(JobCodec.toProto(failed.failure()))
              .setWorker(failed.worker()));
    } else if (event instanceof DeadlineEvent.PartitionParked parked) {
      builder.setPartitionParked(
          PartitionParkedProto.newBuilder()
              .setPartition(parked.partition())
              .setReason(parked.reason()));
    } else if (event instanceof DeadlineEvent.PartitionRetried retried) {
      builder.setPartitionRetried(
          PartitionRetriedProto.newBuilder().setPartition(retried.partition()));
    } else {
      submission(builder, event);
    }
  }

  private static ProofJobAskedProto asked(long partition, JobId job, long attempt) {
    return ProofJobAskedProto.newBuilder()
        .setPartition(partition)
        .setJob(job.value())
        .setAttempt(attempt)
        .build();
  }

  private static void submission(
      DeadlineEventProto.Builder builder, DeadlineEvent.OfPartition event) {
    if (event instanceof DeadlineEvent.SubmissionAsked asked) {
      builder.setSubmissionAsked(
          SubmissionAskedProto.newBuilder()
              .setPartition(asked.partition())
              .setSubmission(asked.submission())
              .setIntent(MessageCodec.toProto(asked.intent())));
    } else if (event instanceof DeadlineEvent.ProvenInPeriod proven) {
      builder.setProvenInPeriod(
          ProvenInPeriodProto.newBuilder()
              .setPartition(proven.partition())
              .setPeriodStart(proven.periodStart().value())
              .setSubmission(proven.submission())
              .setSectors(DeadlineValues.bits(proven.sectors()))
              .setSkipped(DeadlineValues.bits(proven.skipped()))
              .setMessage(ValueCodec.toProto(proven.message().bytes()))
              .setInclusionEpoch(proven.inclusionEpoch().value()));
    } else if (event instanceof DeadlineEvent.SubmissionFailed failed) {
      builder.setSubmissionFailed(
          SubmissionFailedProto.newBuilder()
              .setPartition(failed.partition())
              .setSubmission(failed.submission())
              .setReason(failed.reason()));
    } else if (event instanceof DeadlineEvent.SubmissionReverted reverted) {
      builder.setSubmissionReverted(
          SubmissionRevertedProto.newBuilder()
              .setPartition(reverted.partition())
              .setSubmission(reverted.submission())
              .setMessage(ValueCodec.toProto(reverted.message().bytes())));
    }
  }

  private static List<PartitionPlanProto> plans(List<PartitionPlan> plans) {
    return plans.stream()
        .map(
            plan ->
                PartitionPlanProto.newBuilder()
                    .setPartition(plan.partition())
                    .setToProve(DeadlineValues.bits(plan.toProve()))
                    .setRecovering(DeadlineValues.bits(plan.recovering()))
                    .setUnproven(DeadlineValues.bits(plan.unproven()))
                    .build())
        .toList();
  }
}
