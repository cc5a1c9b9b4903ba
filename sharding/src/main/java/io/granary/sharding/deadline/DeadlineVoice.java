package io.granary.sharding.deadline;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.deadline.DeadlineRun;
import io.granary.protocol.deadline.PartitionState;
import io.granary.protocol.job.JobOutput.VanillaProofs;
import io.granary.protocol.port.Sectors;
import io.granary.protocol.sector.SectorObservation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells sectors what their deadline saw. A call may be lost, so outcomes are told when they come
 * and again when the run closes, and faults whenever they are read; sectors take each once.
 */
final class DeadlineVoice {
  private final Sectors sectors;
  private final ActorId miner;

  DeadlineVoice(Sectors sectors, ActorId miner) {
    this.sectors = sectors;
    this.miner = miner;
  }

  /**
   * Recoveries, first proofs and skips of a partition whose proof landed. A sector that missed its
   * first window is first proven when it recovers: it hears of both, in this order, and takes what
   * is news to it.
   */
  void proven(DeadlineRun run, PartitionState.Proven proven) {
    Epoch epoch = proven.landing().inclusionEpoch();
    BitField covered = proven.landing().sectors();
    BitField recovered = covered.intersect(proven.plan().recovering());
    each(recovered, new SectorObservation.Recovered(epoch));
    each(
        covered.intersect(proven.plan().unproven()).union(recovered),
        new SectorObservation.ProvenAt(run.window().periodStart(), epoch));
    skipped(run, proven, epoch);
  }

  /** The outcomes of a run once more, at its close. */
  void closed(DeadlineRun run) {
    for (PartitionState state : run.partitions().values()) {
      if (state instanceof PartitionState.Proven proven) {
        proven(run, proven);
      } else {
        skipped(run, state, run.window().close());
      }
    }
  }

  private void skipped(DeadlineRun run, PartitionState state, Epoch epoch) {
    for (VanillaProofs.Unreadable skip : state.skipped()) {
      sectors.observe(
          new SectorId(miner, skip.sector()),
          new SectorObservation.FoundFaulty(skip.reason(), epoch, Optional.of(run.randomness())));
    }
  }

  /** Sectors the chain holds faulty. */
  void faulty(BitField faulty, Epoch epoch) {
    each(faulty, new SectorObservation.FoundFaulty("the chain holds it faulty", epoch));
  }

  /**
   * Sectors that read well and that the chain does not hold faulty: they were found bad by us
   * alone, or are whole again in the meantime.
   */
  void recovered(BitField well, Epoch epoch) {
    each(well, new SectorObservation.Recovered(epoch));
  }

  /** Sectors that gave no vanilla proof for a challenge of our own. */
  void failedRehearsal(DeadlineEvent.RehearsalDone done, Bytes challenge) {
    Map<Long, String> reasons =
        done.reasons().stream()
            .collect(
                Collectors.toMap(bad -> bad.sector().value(), VanillaProofs.Unreadable::reason));
    done.failing().stream()
        .forEach(
            number ->
                sectors.observe(
                    new SectorId(miner, new SectorNumber(number)),
                    new SectorObservation.FoundFaulty(
                        "rehearsal: " + reasons.getOrDefault(number, "no vanilla proof"),
                        done.epoch(),
                        Optional.of(challenge))));
  }

  /** A sector whose files did not answer {@code challenge} when they were read between windows. */
  void failedScrub(SectorId sector, String reason, Epoch epoch, Bytes challenge) {
    sectors.observe(
        sector,
        new SectorObservation.FoundFaulty("scrub: " + reason, epoch, Optional.of(challenge)));
  }

  /** Sectors whose recovery the chain knows of. */
  void recoveryDeclared(BitField recovering, Epoch epoch) {
    each(recovering, new SectorObservation.RecoveryDeclared(epoch));
  }

  void recoveryDeclared(List<PartitionSectors> declared, Epoch epoch) {
    declared.forEach(each -> recoveryDeclared(each.sectors(), epoch));
  }

  private void each(BitField numbers, SectorObservation seen) {
    numbers.stream()
        .mapToObj(number -> new SectorId(miner, new SectorNumber(number)))
        .forEach(sector -> sectors.observe(sector, seen));
  }
}
