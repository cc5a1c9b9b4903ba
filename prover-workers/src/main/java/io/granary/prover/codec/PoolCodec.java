package io.granary.prover.codec;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.wire.EndJobProto;
import io.granary.protocol.wire.HolderProto;
import io.granary.protocol.wire.JobClassProto;
import io.granary.protocol.wire.JobEndProto;
import io.granary.protocol.wire.JobKeyProto;
import io.granary.protocol.wire.PoolStatusProto;
import io.granary.protocol.wire.QuarantineStatusProto;
import io.granary.protocol.wire.ResourcesProto;
import io.granary.protocol.wire.RunJobProto;
import io.granary.protocol.wire.RunningJobProto;
import io.granary.protocol.wire.RunningStatusProto;
import io.granary.protocol.wire.SectorRunProto;
import io.granary.protocol.wire.SlotsProto;
import io.granary.protocol.wire.TransferAddressProto;
import io.granary.protocol.wire.WaitingStatusProto;
import io.granary.protocol.wire.WorkerInfoProto;
import io.granary.protocol.wire.WorkerStatusProto;
import io.granary.prover.JobClass;
import io.granary.prover.pool.JobDispatcher;
import io.granary.prover.pool.JobEnd;
import io.granary.prover.pool.JobKey;
import io.granary.prover.pool.PoolStatus;
import io.granary.prover.pool.ProverWorker;
import io.granary.prover.pool.Resources;
import io.granary.prover.pool.RunningJob;
import io.granary.prover.pool.SectorRun;
import io.granary.prover.pool.WorkerInfo;
import io.granary.prover.transfer.Holder;
import io.granary.prover.transfer.TransferAddress;
import io.granary.prover.worker.Surroundings;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The values inside the pool's messages. Reading throws {@link IllegalArgumentException} for what
 * is missing, out of range or unknown.
 */
final class PoolCodec {
  private PoolCodec() {}

  static JobClassProto toProto(JobClass jobClass) {
    return switch (jobClass) {
      case POST_READ -> JobClassProto.JOB_CLASS_POST_READ;
      case POST_PROVE -> JobClassProto.JOB_CLASS_POST_PROVE;
      case WINNING_READ -> JobClassProto.JOB_CLASS_WINNING_READ;
      case WINNING_PROVE -> JobClassProto.JOB_CLASS_WINNING_PROVE;
      case PIECE -> JobClassProto.JOB_CLASS_PIECE;
      case SDR -> JobClassProto.JOB_CLASS_SDR;
      case GPU -> JobClassProto.JOB_CLASS_GPU;
      case READ -> JobClassProto.JOB_CLASS_READ;
      case UNSEAL -> JobClassProto.JOB_CLASS_UNSEAL;
    };
  }

  static JobClass fromProto(JobClassProto proto) {
    return switch (proto) {
      case JOB_CLASS_POST_READ -> JobClass.POST_READ;
      case JOB_CLASS_POST_PROVE -> JobClass.POST_PROVE;
      case JOB_CLASS_WINNING_READ -> JobClass.WINNING_READ;
      case JOB_CLASS_WINNING_PROVE -> JobClass.WINNING_PROVE;
      case JOB_CLASS_PIECE -> JobClass.PIECE;
      case JOB_CLASS_SDR -> JobClass.SDR;
      case JOB_CLASS_GPU -> JobClass.GPU;
      case JOB_CLASS_READ -> JobClass.READ;
      case JOB_CLASS_UNSEAL -> JobClass.UNSEAL;
      case JOB_CLASS_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("job class: unknown value " + proto);
    };
  }

  static JobKeyProto toProto(JobKey key) {
    return JobKeyProto.newBuilder().setId(key.id().value()).setAttempt(key.attempt()).build();
  }

  static JobKey fromProto(JobKeyProto proto) {
    return new JobKey(JobCodec.jobId(proto.getId()), proto.getAttempt());
  }

  private static List<SlotsProto> toProto(Map<JobClass, Integer> slots) {
    return slots.entrySet().stream()
        .map(
            slot ->
                SlotsProto.newBuilder()
                    .setJobClass(toProto(slot.getKey()))
                    .setCount(slot.getValue())
                    .build())
        .toList();
  }

  /** Classes that this version does not know are left out: it has no jobs of them. */
  private static Map<JobClass, Integer> slotsFromProto(List<SlotsProto> protos) {
    Map<JobClass, Integer> slots = new EnumMap<>(JobClass.class);
    for (SlotsProto slot : protos) {
      if (slot.getJobClass() != JobClassProto.UNRECOGNIZED) {
        slots.put(fromProto(slot.getJobClass()), slot.getCount());
      }
    }
    return slots;
  }

  static WorkerInfoProto toProto(WorkerInfo info) {
    WorkerInfoProto.Builder proto = WorkerInfoProto.newBuilder();
    proto
        .setName(info.name())
        .addAllSlots(toProto(info.slots()))
        .addAllStorageIds(info.storageIds())
        .addAllProvableSectorBytes(info.provableSectorBytes())
        .setResources(toProto(info.resources()))
        .setReserved(toProto(info.reserved()));
    info.transfer().ifPresent(address -> proto.setTransfer(toProto(address)));
    return proto.build();
  }

  static WorkerInfo fromProto(WorkerInfoProto proto) {
    return new WorkerInfo(
        proto.getName(),
        slotsFromProto(proto.getSlotsList()),
        new HashSet<>(proto.getStorageIdsList()),
        new HashSet<>(proto.getProvableSectorBytesList()),
        fromProto(proto.getResources()),
        fromProto(proto.getReserved()),
        proto.hasTransfer() ? Optional.of(fromProto(proto.getTransfer())) : Optional.empty());
  }

  private static ResourcesProto toProto(Resources resources) {
    return ResourcesProto.newBuilder()
        .setCores(resources.cores())
        .setMemoryBytes(resources.memoryBytes())
        .setGpus(resources.gpus())
        .build();
  }

  private static Resources fromProto(ResourcesProto proto) {
    return new Resources(proto.getCores(), proto.getMemoryBytes(), proto.getGpus());
  }

  private static TransferAddressProto toProto(TransferAddress address) {
    return TransferAddressProto.newBuilder()
        .setHost(address.host())
        .setPort(address.port())
        .build();
  }

  private static TransferAddress fromProto(TransferAddressProto proto) {
    return new TransferAddress(proto.getHost(), proto.getPort());
  }

  private static HolderProto toProto(Holder holder) {
    return HolderProto.newBuilder()
        .setWorker(holder.worker())
        .setAddress(toProto(holder.address()))
        .addAllStorageIds(holder.storageIds())
        .addAllSectors(holder.sectors().stream().map(SectorNumber::value).toList())
        .build();
  }

  private static Holder fromProto(HolderProto proto) {
    return new Holder(
        proto.getWorker(),
        fromProto(proto.getAddress()),
        new HashSet<>(proto.getStorageIdsList()),
        proto.getSectorsList().stream().map(SectorNumber::new).collect(Collectors.toSet()));
  }

  static RunJobProto toProto(ProverWorker.RunJob message) {
    RunJobProto.Builder proto =
        RunJobProto.newBuilder()
            .setRequest(JobCodec.toProto(message.request()))
            .addAllHolders(
                message.surroundings().holders().stream().map(PoolCodec::toProto).toList())
            .setCopy(message.copy());
    if (message.surroundings().slackMillis() != Surroundings.UNKNOWN) {
      proto.setSlackMillis(message.surroundings().slackMillis());
    }
    return proto.build();
  }

  static ProverWorker.RunJob fromProto(RunJobProto proto) {
    return new ProverWorker.RunJob(
        JobCodec.fromProto(proto.getRequest()),
        new Surroundings(
            proto.getHoldersList().stream().map(PoolCodec::fromProto).toList(),
            proto.hasSlackMillis() ? proto.getSlackMillis() : Surroundings.UNKNOWN),
        proto.getCopy());
  }

  static EndJobProto toProto(JobDispatcher.EndJob message) {
    EndJobProto.Builder proto =
        EndJobProto.newBuilder().setWorker(message.worker()).setKey(toProto(message.key()));
    if (message.end() instanceof JobEnd.Succeeded succeeded) {
      proto.setEnd(JobEndProto.JOB_END_SUCCEEDED);
      succeeded.output().ifPresent(output -> proto.setOutput(JobCodec.toProto(output)));
    } else if (message.end() instanceof JobEnd.Failed failed) {
      proto.setEnd(JobEndProto.JOB_END_FAILED).setFailure(JobCodec.toProto(failed.failure()));
    }
    return proto.build();
  }

  static JobDispatcher.EndJob fromProto(EndJobProto proto) {
    JobEnd end =
        switch (proto.getEnd()) {
          case JOB_END_SUCCEEDED ->
              new JobEnd.Succeeded(
                  proto.hasOutput()
                      ? Optional.of(JobCodec.fromProto(proto.getOutput()))
                      : Optional.empty());
          case JOB_END_FAILED -> new JobEnd.Failed(JobCodec.fromProto(proto.getFailure()));
          case JOB_END_UNSPECIFIED, UNRECOGNIZED -> new JobEnd.Unsaid();
        };
    return new JobDispatcher.EndJob(proto.getWorker(), fromProto(proto.getKey()), end);
  }

  static RunningJobProto toProto(RunningJob job) {
    return RunningJobProto.newBuilder()
        .setKey(toProto(job.key()))
        .setJobClass(toProto(job.jobClass()))
        .setSubject(job.subject())
        .build();
  }

  static RunningJob fromProto(RunningJobProto proto) {
    return new RunningJob(
        fromProto(proto.getKey()), fromProto(proto.getJobClass()), proto.getSubject());
  }

  static SectorRunProto toProto(SectorRun run) {
    return SectorRunProto.newBuilder()
        .setMiner(run.miner().value())
        .setFirst(run.first())
        .setCount(run.count())
        .build();
  }

  static SectorRun fromProto(SectorRunProto proto) {
    return new SectorRun(new ActorId(proto.getMiner()), proto.getFirst(), proto.getCount());
  }

  static PoolStatusProto toProto(PoolStatus status) {
    return PoolStatusProto.newBuilder()
        .addAllWorkers(status.workers().stream().map(PoolCodec::toProto).toList())
        .addAllWaiting(status.waiting().stream().map(PoolCodec::toProto).toList())
        .setWaitingTotal(status.waitingTotal())
        .build();
  }

  static PoolStatus fromProto(PoolStatusProto proto) {
    return new PoolStatus(
        proto.getWorkersList().stream().map(PoolCodec::fromProto).toList(),
        proto.getWaitingList().stream().map(PoolCodec::fromProto).toList(),
        proto.getWaitingTotal());
  }

  private static WorkerStatusProto toProto(PoolStatus.WorkerStatus worker) {
    WorkerStatusProto.Builder proto = WorkerStatusProto.newBuilder();
    worker.transfer().ifPresent(address -> proto.setTransfer(toProto(address)));
    return proto
        .setName(worker.name())
        .setSilentMillis(worker.silentMillis())
        .addAllSlots(toProto(worker.slots()))
        .addAllRunning(
            worker.running().stream()
                .map(
                    job ->
                        RunningStatusProto.newBuilder()
                            .setKey(toProto(job.key()))
                            .setJobClass(toProto(job.jobClass()))
                            .setSubject(job.subject())
                            .setMillis(job.millis())
                            .build())
                .toList())
        .setResources(toProto(worker.resources()))
        .addAllQuarantined(
            worker.quarantined().stream()
                .map(
                    bar ->
                        QuarantineStatusProto.newBuilder()
                            .setJobClass(toProto(bar.jobClass()))
                            .setReason(bar.reason())
                            .setMillis(bar.millis())
                            .build())
                .toList())
        .build();
  }

  private static PoolStatus.WorkerStatus fromProto(WorkerStatusProto proto) {
    return new PoolStatus.WorkerStatus(
        proto.getName(),
        proto.getSilentMillis(),
        slotsFromProto(proto.getSlotsList()),
        proto.getRunningList().stream()
            .map(
                job ->
                    new PoolStatus.RunningStatus(
                        fromProto(job.getKey()),
                        fromProto(job.getJobClass()),
                        job.getSubject(),
                        job.getMillis()))
            .toList(),
        fromProto(proto.getResources()),
        proto.getQuarantinedList().stream()
            .map(
                bar ->
                    new PoolStatus.QuarantineStatus(
                        fromProto(bar.getJobClass()), bar.getReason(), bar.getMillis()))
            .toList(),
        proto.hasTransfer() ? Optional.of(fromProto(proto.getTransfer())) : Optional.empty());
  }

  private static WaitingStatusProto toProto(PoolStatus.WaitingStatus job) {
    return WaitingStatusProto.newBuilder()
        .setKey(toProto(job.key()))
        .setJobClass(toProto(job.jobClass()))
        .setSubject(job.subject())
        .setLastUsefulEpoch(job.lastUsefulEpoch())
        .setMillis(job.millis())
        .build();
  }

  private static PoolStatus.WaitingStatus fromProto(WaitingStatusProto proto) {
    return new PoolStatus.WaitingStatus(
        fromProto(proto.getKey()),
        fromProto(proto.getJobClass()),
        proto.getSubject(),
        proto.getLastUsefulEpoch(),
        proto.getMillis());
  }
}
