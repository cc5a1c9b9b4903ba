package io.granary.protocol.codec;

import static io.granary.protocol.codec.ValueCodec.notNegative;

import com.google.protobuf.InvalidProtocolBufferException;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.wire.DeadlineRecipientProto;
import io.granary.protocol.wire.JobFailedProto;
import io.granary.protocol.wire.JobFailureKindProto;
import io.granary.protocol.wire.JobFailureProto;
import io.granary.protocol.wire.JobOutputProto;
import io.granary.protocol.wire.JobProgressProto;
import io.granary.protocol.wire.JobReportProto;
import io.granary.protocol.wire.JobRequestProto;
import io.granary.protocol.wire.JobSpecProto;
import io.granary.protocol.wire.JobStartedProto;
import io.granary.protocol.wire.JobSucceededProto;
import io.granary.protocol.wire.MinerRecipientProto;
import io.granary.protocol.wire.NobodyProto;
import io.granary.protocol.wire.OperatorRecipientProto;
import io.granary.protocol.wire.PublisherRecipientProto;
import io.granary.protocol.wire.RecipientProto;
import java.util.stream.Collectors;

/**
 * Jobs, their requests and reports, as {@code jobs.proto} has them. Reading throws {@link
 * IllegalArgumentException} when a field is missing or out of range, or a kind unknown.
 */
public final class JobCodec {
  private JobCodec() {}

  public static JobSpecProto toProto(JobSpec spec) {
    return JobSpecCodec.toProto(spec);
  }

  public static JobSpec fromProto(JobSpecProto proto) {
    return JobSpecCodec.fromProto(proto);
  }

  public static JobOutputProto toProto(JobOutput output) {
    return JobOutputCodec.toProto(output);
  }

  public static JobOutput fromProto(JobOutputProto proto) {
    return JobOutputCodec.fromProto(proto);
  }

  /** An output's bytes, for files that outlive the process. */
  public static byte[] encode(JobOutput output) {
    return toProto(output).toByteArray();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when {@code bytes} are damaged
   */
  public static JobOutput decodeOutput(byte[] bytes) {
    try {
      return fromProto(JobOutputProto.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("job output: damaged bytes: " + e.getMessage(), e);
    }
  }

  public static RecipientProto toProto(Recipient recipient) {
    RecipientProto.Builder builder = RecipientProto.newBuilder();
    if (recipient instanceof Recipient.Sector sector) {
      builder.setSector(ValueCodec.toProto(sector.id()));
    } else if (recipient instanceof Recipient.Deadline deadline) {
      builder.setDeadline(
          DeadlineRecipientProto.newBuilder()
              .setMiner(deadline.miner().value())
              .setIndex(deadline.index()));
    } else if (recipient instanceof Recipient.Miner miner) {
      builder.setMiner(MinerRecipientProto.newBuilder().setMiner(miner.id().value()));
    } else if (recipient instanceof Recipient.Publisher publisher) {
      builder.setPublisher(
          PublisherRecipientProto.newBuilder().setProvider(publisher.provider().value()));
    } else if (recipient instanceof Recipient.Nobody) {
      builder.setNobody(NobodyProto.getDefaultInstance());
    } else if (recipient instanceof Recipient.Operator operator) {
      builder.setOperator(
          OperatorRecipientProto.newBuilder()
              .setNode(operator.node())
              .setRequest(operator.request()));
    }
    return builder.build();
  }

  public static Recipient fromProto(RecipientProto proto) {
    return switch (proto.getKindCase()) {
      case SECTOR -> new Recipient.Sector(ValueCodec.fromProto(proto.getSector()));
      case DEADLINE ->
          new Recipient.Deadline(
              new ActorId(proto.getDeadline().getMiner()),
              notNegative(proto.getDeadline().getIndex(), "deadline index"));
      case MINER -> new Recipient.Miner(new ActorId(proto.getMiner().getMiner()));
      case PUBLISHER -> new Recipient.Publisher(new ActorId(proto.getPublisher().getProvider()));
      case NOBODY -> new Recipient.Nobody();
      case OPERATOR ->
          new Recipient.Operator(proto.getOperator().getNode(), proto.getOperator().getRequest());
      case KIND_NOT_SET -> throw new IllegalArgumentException("recipient: no known kind is set");
    };
  }

  public static JobRequestProto toProto(JobRequest request) {
    return JobRequestProto.newBuilder()
        .setId(request.id().value())
        .setAttempt(request.attempt())
        .setSpec(toProto(request.spec()))
        .setRecipient(toProto(request.recipient()))
        .setLastUsefulEpoch(request.lastUsefulEpoch().value())
        .addAllAvoid(request.avoid())
        .setRehearsal(request.rehearsal())
        .build();
  }

  public static JobRequest fromProto(JobRequestProto proto) {
    return new JobRequest(
        jobId(proto.getId()),
        notNegative(proto.getAttempt(), "attempt"),
        fromProto(proto.getSpec()),
        fromProto(proto.getRecipient()),
        new Epoch(proto.getLastUsefulEpoch()),
        proto.getAvoidList().stream()
            .limit(JobRequest.AVOID_MAX)
            .collect(Collectors.toUnmodifiableSet()),
        proto.getRehearsal());
  }

  public static JobFailureProto toProto(JobFailure failure) {
    return JobFailureProto.newBuilder()
        .setKind(
            switch (failure.kind()) {
              case INPUT -> JobFailureKindProto.JOB_FAILURE_KIND_INPUT;
              case DATA -> JobFailureKindProto.JOB_FAILURE_KIND_DATA;
              case ENVIRONMENT -> JobFailureKindProto.JOB_FAILURE_KIND_ENVIRONMENT;
              case CHILD_DIED -> JobFailureKindProto.JOB_FAILURE_KIND_CHILD_DIED;
              case PROOF_INVALID -> JobFailureKindProto.JOB_FAILURE_KIND_PROOF_INVALID;
              case LOST -> JobFailureKindProto.JOB_FAILURE_KIND_LOST;
              case CANCELLED -> JobFailureKindProto.JOB_FAILURE_KIND_CANCELLED;
            })
        .setMessage(failure.message())
        .build();
  }

  public static JobFailure fromProto(JobFailureProto proto) {
    return new JobFailure(
        switch (proto.getKind()) {
          case JOB_FAILURE_KIND_INPUT -> JobFailure.Kind.INPUT;
          case JOB_FAILURE_KIND_DATA -> JobFailure.Kind.DATA;
          case JOB_FAILURE_KIND_ENVIRONMENT -> JobFailure.Kind.ENVIRONMENT;
          case JOB_FAILURE_KIND_CHILD_DIED -> JobFailure.Kind.CHILD_DIED;
          case JOB_FAILURE_KIND_PROOF_INVALID -> JobFailure.Kind.PROOF_INVALID;
          case JOB_FAILURE_KIND_LOST -> JobFailure.Kind.LOST;
          case JOB_FAILURE_KIND_CANCELLED -> JobFailure.Kind.CANCELLED;
          case JOB_FAILURE_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw new IllegalArgumentException(
                  "job failure: unknown kind " + proto.getKindValue());
        },
        proto.getMessage());
  }

  public static JobReportProto toProto(JobReport report) {
    JobReportProto.Builder builder =
        JobReportProto.newBuilder()
            .setId(report.id().value())
            .setAttempt(report.attempt())
            .setWorker(report.worker());
    if (report instanceof JobReport.Started) {
      builder.setStarted(JobStartedProto.getDefaultInstance());
    } else if (report instanceof JobReport.Progress progress) {
      builder.setProgress(
          JobProgressProto.newBuilder().setStage(progress.stage()).setPercent(progress.percent()));
    } else if (report instanceof JobReport.Succeeded succeeded) {
      builder.setSucceeded(
          JobSucceededProto.newBuilder()
              .setOutput(toProto(succeeded.output()))
              .setMillis(succeeded.millis()));
    } else if (report instanceof JobReport.Failed failed) {
      builder.setFailed(
          JobFailedProto.newBuilder()
              .setFailure(toProto(failed.failure()))
              .setMillis(failed.millis()));
    }
    return builder.build();
  }

  public static JobReport fromProto(JobReportProto proto) {
    JobId id = jobId(proto.getId());
    long attempt = notNegative(proto.getAttempt(), "attempt");
    String worker = proto.getWorker();
    return switch (proto.getKindCase()) {
      case STARTED -> new JobReport.Started(id, attempt, worker);
      case PROGRESS ->
          new JobReport.Progress(
              id, attempt, worker, proto.getProgress().getStage(), percent(proto.getProgress()));
      case SUCCEEDED ->
          new JobReport.Succeeded(
              id,
              attempt,
              worker,
              fromProto(proto.getSucceeded().getOutput()),
              notNegative(proto.getSucceeded().getMillis(), "millis"));
      case FAILED ->
          new JobReport.Failed(
              id,
              attempt,
              worker,
              fromProto(proto.getFailed().getFailure()),
              notNegative(proto.getFailed().getMillis(), "millis"));
      case KIND_NOT_SET -> throw new IllegalArgumentException("job report: no known kind is set");
    };
  }

  /** A job id's text: 64 lower-case hex digits. */
  public static JobId jobId(String text) {
    if (text.length() != 64 || !text.chars().allMatch(JobCodec::isLowerHex)) {
      throw new IllegalArgumentException(
          "job id: expected 64 lower-case hex digits, got '" + text + "'");
    }
    return new JobId(text);
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private static int percent(JobProgressProto progress) {
    int percent = progress.getPercent();
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent: expected 0 to 100, got " + percent);
    }
    return percent;
  }
}
