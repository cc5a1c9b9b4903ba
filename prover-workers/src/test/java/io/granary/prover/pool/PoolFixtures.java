package io.granary.prover.pool;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.prover.JobClass;
import io.granary.prover.transfer.TransferAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Jobs and workers for the pool's tests. */
final class PoolFixtures {
  static final RegisteredSealProof SEAL = SectorSize.SIZE_2KIB.sealProofV1_1();
  static final ActorId MINER = new ActorId(1000);
  private static final RegisteredPoStProof WINNING = new RegisteredPoStProof(0);
  private static final Bytes TICKET = Bytes.of(new byte[32]);
  private static final Commitment COMMITMENT = new Commitment(TICKET);

  private PoolFixtures() {}

  static SectorId sector(long number) {
    return new SectorId(MINER, new SectorNumber(number));
  }

  static JobRequest request(JobSpec spec, long attempt, long lastUseful) {
    Recipient recipient =
        spec instanceof JobSpec.OfSector of
            ? new Recipient.Sector(of.sector())
            : new Recipient.Deadline(MINER, 0);
    return new JobRequest(spec.id(), attempt, spec, recipient, new Epoch(lastUseful));
  }

  /** A committed-capacity PC1: runs anywhere. */
  static JobRequest pc1(long sector, long attempt, long lastUseful) {
    return request(
        new JobSpec.PreCommit1(sector(sector), SEAL, TICKET, List.of()), attempt, lastUseful);
  }

  /** Needs the sector's files. */
  static JobRequest pc2(long sector, long attempt) {
    return request(new JobSpec.PreCommit2(sector(sector), SEAL, TICKET, List.of()), attempt, 1000);
  }

  /** Needs the storage path of its C1 record. */
  static JobRequest c2(long sector, String storageId) {
    BlobRef record = new BlobRef(storageId, "x", 1, TICKET);
    return request(
        new JobSpec.Commit2(sector(sector), SEAL, TICKET, TICKET, COMMITMENT, COMMITMENT, record),
        1,
        1000);
  }

  /** Decodes a sector; no epoch waits for it. */
  static JobRequest unseal(long sector) {
    return request(
        new JobSpec.Unseal(sector(sector), SEAL, TICKET, COMMITMENT, 0, 1000), 1, Long.MAX_VALUE);
  }

  static JobRequest vanilla(long lastUseful, long... sectors) {
    List<ReplicaRef> replicas =
        Arrays.stream(sectors)
            .mapToObj(n -> new ReplicaRef(new SectorNumber(n), SEAL, COMMITMENT))
            .toList();
    return request(
        new JobSpec.WindowPoStVanilla(
            MINER, SectorSize.SIZE_2KIB.windowPoStV1_1(), 0, 0, TICKET, replicas),
        1,
        lastUseful);
  }

  /**
   * A partition's proof from one vanilla proof on {@code storageId}; {@code seed} tells them apart.
   */
  static JobRequest snark(int seed, long attempt, long lastUseful, String storageId) {
    byte[] randomness = new byte[32];
    randomness[0] = (byte) seed;
    return request(
        new JobSpec.WindowPoStSnark(
            MINER,
            SectorSize.SIZE_2KIB.windowPoStV1_1(),
            0,
            0,
            Bytes.of(randomness),
            List.of(new ReplicaRef(new SectorNumber(1), SEAL, COMMITMENT)),
            List.of(new BlobRef(storageId, "x", 1, TICKET))),
        attempt,
        lastUseful);
  }

  /** The proof of a block's election, from a vanilla proof on {@code storageId}. */
  static JobRequest winning(long lastUseful, String storageId) {
    return request(
        new JobSpec.WindowPoStSnark(
            MINER,
            WINNING,
            JobSpec.WINNING,
            0,
            TICKET,
            List.of(new ReplicaRef(new SectorNumber(1), SEAL, COMMITMENT)),
            List.of(new BlobRef(storageId, "x", 1, TICKET))),
        1,
        lastUseful);
  }

  /** A worker whose node serves bytes to others. */
  static WorkerInfo serving(String name, Map<JobClass, Integer> slots) {
    return new WorkerInfo(
        name,
        slots,
        Set.of("path-" + name),
        Set.of(2048L),
        Resources.NONE,
        Resources.NONE,
        Optional.of(new TransferAddress(name, 7001)));
  }

  static WorkerInfo worker(String name, Map<JobClass, Integer> slots) {
    return new WorkerInfo(name, slots, Set.of("path-" + name), Set.of(2048L));
  }

  static RunningJob running(JobRequest request) {
    return new RunningJob(JobKey.of(request), JobClass.of(request.spec()), "subject");
  }
}
