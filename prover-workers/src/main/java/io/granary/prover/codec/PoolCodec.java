package io.granary.prover.codec;

import io.granary.protocol.ActorId;
import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.wire.JobClassProto;
import io.granary.protocol.wire.JobKeyProto;
import io.granary.protocol.wire.PoolStatusProto;
import io.granary.protocol.wire.RunningJobProto;
import io.granary.protocol.wire.RunningStatusProto;
import io.granary.protocol.wire.SectorRunProto;
import io.granary.protocol.wire.SlotsProto;
import io.granary.protocol.wire.WaitingStatusProto;
import io.granary.protocol.wire.WorkerInfoProto;
import io.granary.protocol.wire.WorkerStatusProto;
import io.granary.prover.JobClass;
import io.granary.prover.pool.JobKey;
import io.granary.prover.pool.PoolStatus;
import io.granary.prover.pool.RunningJob;
import io.granary.prover.pool.SectorRun;
import io.granary.prover.pool.WorkerInfo;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

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
    return WorkerInfoProto.newBuilder()
        .setName(info.name())
        .addAllSlots(toProto(info.slots()))
        .addAllStorageIds(info.storageIds())
        .addAllProvableSectorBytes(info.provableSectorBytes())
        .build();
  }

  static WorkerInfo fromProto(WorkerInfoProto proto) {
    return new WorkerInfo(
        proto.getName(),
        slotsFromProto(proto.getSlotsList()),
        new HashSet<>(proto.getStorageIdsList()),
        new HashSet<>(proto.getProvableSectorBytesList()));
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
    return WorkerStatusProto.newBuilder()
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
            .toList());
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
