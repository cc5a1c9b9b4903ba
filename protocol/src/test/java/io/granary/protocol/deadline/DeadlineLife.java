package io.granary.protocol.deadline;

import static io.granary.protocol.sender.SenderFixtures.block;
import static io.granary.protocol.sender.SenderFixtures.stamp;

import io.granary.protocol.Epoch;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.miner.MinerFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A random life of a deadline over many periods: only steps that its tables allow. */
public final class DeadlineLife {
  private final Random random;
  private ProvingDeadlineState state = ProvingDeadlineState.first();
  private long period;

  /** A life that {@code random} decides. */
  public DeadlineLife(Random random) {
    this.random = random;
  }

  public ProvingDeadlineState state() {
    return state;
  }

  /** The next event, already taken in; empty when what was drawn cannot happen now. */
  public Optional<DeadlineEvent> next() {
    List<DeadlineEvent> drawn = new ArrayList<>(DeadlineFixtures.partitionEvents());
    drawn.addAll(ofDeadline());
    List<DeadlineEvent> legal = drawn.stream().filter(this::isLegal).toList();
    if (legal.isEmpty()) {
      return Optional.empty();
    }
    DeadlineEvent event = legal.get(random.nextInt(legal.size()));
    state = state.on(event);
    if (event instanceof DeadlineEvent.RunClosed) {
      period++;
    }
    return Optional.of(event);
  }

  private boolean isLegal(DeadlineEvent event) {
    if (!ProvingDeadlineState.TABLE.allows(state.getClass(), event.getClass())) {
      return false;
    }
    if (event instanceof DeadlineEvent.OfPartition of) {
      PartitionState partition =
          ((ProvingDeadlineState.Running) state).run().partitions().get(of.partition());
      return partition != null && PartitionState.TABLE.allows(partition.getClass(), of.getClass());
    }
    boolean ofRecovery =
        RecoveryState.TABLE.rows().stream().anyMatch(row -> row.event() == event.getClass());
    return !ofRecovery
        || RecoveryState.TABLE.allows(state.faults().recovery().getClass(), event.getClass());
  }

  private List<DeadlineEvent> ofDeadline() {
    ProvingWindow window = MinerFixtures.GRID.next(1, new Epoch(45 * period));
    ProvingWindow later = MinerFixtures.GRID.next(1, new Epoch(45 * period + 45));
    long at = 45 * period + 10;
    long declaration = state.faults().recovery().declarations();
    List<PartitionSectors> some =
        List.of(
            new PartitionSectors(
                random.nextInt(3), BitField.of(2 + random.nextInt(5), 9 + random.nextInt(5))));
    DeadlineEvent.RunOpened opened = DeadlineFixtures.opened();
    return List.of(
        new DeadlineEvent.RunOpened(
            window,
            opened.randomness(),
            opened.postProof(),
            opened.readAt(),
            opened.partitions(),
            stamp(at)),
        new DeadlineEvent.RunReplanned(
            opened.randomness(), new TipSetKey(List.of(block(at))), opened.partitions(), stamp(at)),
        new DeadlineEvent.RunClosed(window.periodStart(), List.of(0L), List.of(), stamp(at)),
        new DeadlineEvent.FaultsFound(some, stamp(at)),
        new DeadlineEvent.FaultsEnded(some, stamp(at)),
        new DeadlineEvent.RecoveryAsked(
            declaration + 1, later, some, DeadlineFixtures.intent(declaration + 1), stamp(at)),
        new DeadlineEvent.RecoveryDeclared(declaration, block(at), new Epoch(at - 1), stamp(at)),
        new DeadlineEvent.RecoveryFailed(declaration, "exit code 19", stamp(at)),
        new DeadlineEvent.RecoveryReverted(declaration, block(at), stamp(at)),
        new DeadlineEvent.RecoveryEnded(declaration, stamp(at)),
        DeadlineFixtures.rehearsed(random.nextInt(3), at));
  }
}
