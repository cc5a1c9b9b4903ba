package io.granary.sharding.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.sharding.entity.Answers;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the read model honest: a sector writes its own row, but a write may be lost, with the store
 * away or its node dead, and a sector at rest has no reason to write again. So each epoch one slice
 * of the miner's sectors is compared with the journal, and those that are behind are asked to write
 * their row. Which slice follows from the epoch alone, so that no restart begins from the first one
 * again. Belongs to the one actor.
 */
final class RowSweep {
  private final Answers<MinerCommand> answers;
  private final MinerPorts ports;
  private final ActorId miner;
  private final int sectorsPerEpoch;
  private Optional<Epoch> lastLooked = Optional.empty();
  private boolean underWay;

  RowSweep(Answers<MinerCommand> answers, MinerPorts ports, ActorId miner, MinerSettings settings) {
    this.answers = answers;
    this.ports = ports;
    this.miner = miner;
    this.sectorsPerEpoch = settings.sweepSectorsPerEpoch();
  }

  /** A life begins: what was under way is not waited for. */
  void begin() {
    underWay = false;
  }

  /** Compares the slice of the tick's epoch; one at a time, once an epoch. */
  void look(Configured state, Tick at) {
    if (underWay || lastLooked.equals(Optional.of(at.epoch())) || state.nextNumber() == 0) {
      return;
    }
    lastLooked = Optional.of(at.epoch());
    underWay = true;
    long slices = (state.nextNumber() + sectorsPerEpoch - 1) / sectorsPerEpoch;
    long from = Math.floorMod(at.epoch().value(), slices) * sectorsPerEpoch;
    answers.bring(
        ports
            .staleRows()
            .among(miner, from, (int) Math.min(sectorsPerEpoch, state.nextNumber() - from)),
        MinerCommand.RowsCompared::new,
        MinerCommand.RowsNotCompared::new);
  }

  /** Asks the sectors whose row is behind to write it. */
  void compared(List<SectorNumber> stale) {
    underWay = false;
    stale.forEach(number -> ports.sectors().summarize(new SectorId(miner, number)));
  }

  /** The slice comes round again. */
  void notCompared() {
    underWay = false;
  }
}
