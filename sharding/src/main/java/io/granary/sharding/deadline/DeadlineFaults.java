package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.deadline.FaultBook;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.deadline.RecoveryState;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What the chain's faults mean for a deadline. Pure. */
final class DeadlineFaults {
  private static final Pattern FUNDS_SHORT = Pattern.compile("\\bexit code 19\\b");

  private DeadlineFaults() {}

  /**
   * Whether a recovery may be declared for {@code window} at {@code epoch}: none is on its way, and
   * the message can be included before the cut-off (chain.md 5.2).
   */
  static boolean mayDeclare(RecoveryState recovery, ProvingWindow window, Epoch epoch) {
    boolean waits =
        recovery instanceof RecoveryState.NotDeclared none && epoch.isBefore(none.notBefore());
    return !waits
        && !(recovery instanceof RecoveryState.Declaring)
        && epoch.plus(1).isBefore(window.faultCutoff());
  }

  /** Faulty sectors whose recovery the chain does not know of, by partition. */
  static List<PartitionSectors> undeclared(DeadlineChain.Faults faults) {
    return faults.faulty().entrySet().stream()
        .map(
            each ->
                new PartitionSectors(
                    each.getKey(),
                    each.getValue()
                        .minus(faults.recovering().getOrDefault(each.getKey(), BitField.empty()))))
        .filter(each -> !each.sectors().isEmpty())
        .toList();
  }

  /** Those of {@code sectors} that are in {@code among}. */
  static List<PartitionSectors> only(List<PartitionSectors> sectors, BitField among) {
    return sectors.stream()
        .map(each -> new PartitionSectors(each.partition(), each.sectors().intersect(among)))
        .filter(each -> !each.sectors().isEmpty())
        .toList();
  }

  /** The first of {@code sectors}: what one message may declare. */
  static List<PartitionSectors> limited(List<PartitionSectors> sectors, long sectorsMax) {
    List<PartitionSectors> first = new ArrayList<>();
    long room = sectorsMax;
    for (PartitionSectors each : sectors) {
      if (room == 0 || first.size() == DeadlineSettings.DECLARED_PARTITIONS_MAX) {
        break;
      }
      BitField some = each.sectors().slice(0, Math.min(room, each.sectors().cardinality()));
      first.add(new PartitionSectors(each.partition(), some));
      room -= some.cardinality();
    }
    return first;
  }

  /** The sectors of all partitions. */
  static BitField all(List<PartitionSectors> sectors) {
    return sectors.stream()
        .map(PartitionSectors::sectors)
        .reduce(BitField.empty(), BitField::union);
  }

  /** What the book learns from the chain. */
  static List<DeadlineEvent> changes(FaultBook book, DeadlineChain.Faults faults, Stamp stamp) {
    List<DeadlineEvent> events = new ArrayList<>();
    List<PartitionSectors> found = book.foundIn(faults.faulty());
    if (!found.isEmpty()) {
      events.add(new DeadlineEvent.FaultsFound(found, stamp));
    }
    List<PartitionSectors> ended = book.endedIn(faults.faulty());
    if (!ended.isEmpty()) {
      events.add(new DeadlineEvent.FaultsEnded(ended, stamp));
    }
    return events;
  }

  /**
   * Whether a declaration failed because the miner owes a fee and cannot pay it (exit code 19,
   * recorded/README.md): no try succeeds before the debt is paid.
   */
  static boolean isForDebt(DeadlineEvent.RecoveryFailed failed) {
    return FUNDS_SHORT.matcher(failed.reason()).find();
  }

  /** The declaration of {@code sectors} for {@code window}. */
  static DeadlineEvent declaration(
      FaultBook book,
      ProvingWindow window,
      List<PartitionSectors> sectors,
      DeadlineOrders orders,
      Address from,
      Stamp stamp) {
    long declaration = book.recovery().declarations() + 1;
    return new DeadlineEvent.RecoveryAsked(
        declaration,
        window,
        sectors,
        orders.declareRecovered(declaration, window, sectors, from),
        stamp);
  }
}
