package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The jobs and messages a deadline orders, from its state alone, so that the same are ordered
 * again.
 */
final class DeadlineOrders {
  private static final String PERIOD = "period";

  private final ActorId miner;
  private final long index;

  DeadlineOrders(ActorId miner, long index) {
    this.miner = miner;
    this.index = index;
  }

  /** Sectors in ascending order, as the proof has them (proofs.md 2.6). */
  JobSpec vanilla(DeadlineRun run, BitField toProve, long partition, Replicas replicas) {
    return vanilla(run.postProof(), run.randomness(), toProve, partition, replicas);
  }

  JobSpec vanilla(
      RegisteredPoStProof postProof,
      Bytes randomness,
      BitField toProve,
      long partition,
      Replicas replicas) {
    return new JobSpec.WindowPoStVanilla(
        miner,
        postProof,
        index,
        partition,
        randomness,
        toProve.stream().mapToObj(number -> replicas.of(new SectorNumber(number))).toList());
  }

  JobSpec snark(DeadlineRun run, PartitionState.VanillaRead read, Replicas replicas) {
    return snark(
        run.postProof(), run.randomness(), read.plan().partition(), read.proofs(), replicas);
  }

  JobSpec snark(
      RegisteredPoStProof postProof,
      Bytes randomness,
      long partition,
      List<VanillaProofs.Proven> proofs,
      Replicas replicas) {
    List<VanillaProofs.Proven> ordered =
        proofs.stream().sorted(Comparator.comparing(VanillaProofs.Proven::sector)).toList();
    return new JobSpec.WindowPoStSnark(
        miner,
        postProof,
        index,
        partition,
        randomness,
        ordered.stream().map(proven -> replicas.of(proven.sector())).toList(),
        ordered.stream().map(VanillaProofs.Proven::proof).toList());
  }

  /**
   * The message of {@code batch}, whose proofs stand in the order of its chunks ({@link Batches}).
   * Its name holds each partition and the number of its submission, so that no other message has
   * it.
   */
  MessageIntent submit(
      DeadlineRun run, List<PartitionState.ProofMade> batch, Bytes commitRand, Address from) {
    ProvingWindow window = run.window();
    List<PartitionState.ProofMade> byIndex =
        batch.stream().sorted(Comparator.comparing(made -> made.plan().partition())).toList();
    SubmitWindowedPoStParams params =
        new SubmitWindowedPoStParams(
            index,
            byIndex.stream()
                .map(made -> new PoStPartition(made.plan().partition(), made.skippedSectors()))
                .toList(),
            List.of(new PoStProof(run.postProof(), proof(batch))),
            window.challenge(),
            commitRand);
    return intent(
        PERIOD
            + window.periodStart()
            + "/p"
            + joined(byIndex, made -> made.plan().partition())
            + "/post/"
            + joined(byIndex, DeadlineOrders::submission),
        MessagePurpose.WINDOW_POST,
        MinerMethod.SUBMIT_WINDOWED_POST,
        params.toCbor(),
        from,
        window.close().minus(1));
  }

  /**
   * A challenge nobody asked for, the same for the same period, so that jobs go on after a death.
   */
  Bytes rehearsalRandomness(Epoch afterPeriod) {
    return challenge("rehearsal/" + afterPeriod);
  }

  /** A challenge of our own for the check of one sector at {@code epoch}. */
  Bytes scrubRandomness(SectorNumber sector, Epoch epoch) {
    return challenge("scrub/" + sector + "/" + epoch);
  }

  private Bytes challenge(String of) {
    return Randomness.forPoSt(Sha256.hash(Bytes.of(name(of).getBytes(StandardCharsets.UTF_8))));
  }

  /** How the names of this deadline's proof messages begin; the period's start follows. */
  String periods() {
    return name(PERIOD);
  }

  private String name(String of) {
    return miner + "/d/" + index + "/" + of;
  }

  /** The number of the next submission of {@code made}. */
  static long submission(PartitionState.ProofMade made) {
    return made.tries().submissions() + 1;
  }

  private static String joined(
      List<PartitionState.ProofMade> batch, Function<PartitionState.ProofMade, Long> number) {
    return batch.stream()
        .map(made -> Long.toString(number.apply(made)))
        .collect(Collectors.joining("+"));
  }

  private static Bytes proof(List<PartitionState.ProofMade> batch) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    batch.forEach(made -> all.writeBytes(made.proof().toArray()));
    return Bytes.of(all.toByteArray());
  }

  MessageIntent declareRecovered(
      long declaration,
      ProvingWindow window,
      List<DeadlineEvent.PartitionSectors> sectors,
      Address from) {
    DeclareFaultsRecoveredParams params =
        new DeclareFaultsRecoveredParams(
            sectors.stream()
                .map(each -> new SectorDeclaration(index, each.partition(), each.sectors()))
                .toList());
    return intent(
        "recovery/" + declaration,
        MessagePurpose.RECOVERY,
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        params.toCbor(),
        from,
        window.faultCutoff().minus(1));
  }

  private MessageIntent intent(
      String of,
      MessagePurpose purpose,
      long method,
      Bytes params,
      Address from,
      Epoch lastUseful) {
    return new MessageIntent(
        name(of),
        purpose,
        Message.of(from, Address.ofId(miner), TokenAmount.ZERO, method, params),
        lastUseful);
  }

  /** The commitments of a run's sectors, read from the chain. */
  record Replicas(Map<SectorNumber, ReplicaRef> byNumber) {
    static final Replicas NONE = new Replicas(Map.of());

    Replicas {
      byNumber = Map.copyOf(byNumber);
    }

    /** These and {@code more}. */
    Replicas with(Map<SectorNumber, ReplicaRef> more) {
      if (byNumber.isEmpty()) {
        return new Replicas(more);
      }
      Map<SectorNumber, ReplicaRef> all = new HashMap<>(byNumber);
      all.putAll(more);
      return new Replicas(all);
    }

    boolean covers(BitField sectors) {
      return sectors.stream().allMatch(number -> byNumber.containsKey(new SectorNumber(number)));
    }

    ReplicaRef of(SectorNumber number) {
      ReplicaRef replica = byNumber.get(number);
      if (replica == null) {
        throw new IllegalStateException("sector " + number + " was not read from the chain");
      }
      return replica;
    }
  }
}
