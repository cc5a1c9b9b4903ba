package io.granary.sharding.deadline;

import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.DeadlineEvent;
import io.granary.protocol.deadline.DeadlineEvent.PartitionSectors;
import io.granary.protocol.deadline.FaultBook;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.sender.MessagePurpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A deadline's faults between its runs: reads what the chain holds faulty, tells the sectors, and
 * declares the recovery of those that say they read well again. Belongs to the one actor.
 */
final class FaultWatch {
  private final long index;
  private final long recoveriesMax;
  private final DeadlineWork work;
  private final DeadlineReads reads;
  private final DeadlineOrders orders;
  private final DeadlineVoice voice;

  FaultWatch(
      long index,
      long recoveriesMax,
      DeadlineWork work,
      DeadlineReads reads,
      DeadlineOrders orders,
      DeadlineVoice voice) {
    this.index = index;
    this.recoveriesMax = recoveriesMax;
    this.work = work;
    this.reads = reads;
    this.orders = orders;
    this.voice = voice;
  }

  /** A faulty sector's files read well again. */
  void readable(DeadlineCommand.ReadableAgain again) {
    if (work.readable.size() < DeadlineWork.READABLE_MAX) {
      work.readable.add(again.sector().number().value());
    }
  }

  /** Reads the faults once after each window, and while readable sectors wait to be declared. */
  void look(FaultBook book, MinerConfig config, ProvingWindow next, Tick at) {
    Epoch closed = config.grid().lastClosed(index, at.epoch()).periodStart();
    boolean afterWindow = !work.faultsReadAfter.equals(Optional.of(closed));
    boolean declare =
        !work.readable.isEmpty() && DeadlineFaults.mayDeclare(book.recovery(), next, at.epoch());
    if (afterWindow || declare) {
      reads.faults(closed, book.recovery(), at);
    }
  }

  /** Tells the sectors what was read; what is to be persisted of it, a declaration included. */
  List<DeadlineEvent> onRead(
      FaultBook book, DeadlineCommand.FaultsRead heard, MinerConfig config, Stamp stamp) {
    work.faultsReadAfter = Optional.of(heard.afterPeriod());
    List<PartitionSectors> undeclared = DeadlineFaults.undeclared(heard.faults());
    BitField readable = BitField.of(work.readable);
    List<PartitionSectors> ready = DeadlineFaults.only(undeclared, readable);
    tell(heard.faults(), undeclared, readable, stamp.epoch());
    BitField held = DeadlineFaults.all(undeclared).union(union(heard.faults().recovering()));
    voice.recovered(readable.minus(held), stamp.epoch());
    work.readable.retainAll(
        DeadlineFaults.all(ready).stream().boxed().collect(Collectors.toUnmodifiableSet()));
    List<DeadlineEvent> events =
        new ArrayList<>(DeadlineFaults.changes(book, heard.faults(), stamp));
    ProvingWindow window = config.grid().next(index, stamp.epoch());
    if (!ready.isEmpty() && DeadlineFaults.mayDeclare(book.recovery(), window, stamp.epoch())) {
      events.add(
          DeadlineFaults.declaration(
              book,
              window,
              DeadlineFaults.limited(ready, recoveriesMax),
              orders,
              config.senderFor(MessagePurpose.RECOVERY),
              stamp));
    }
    return events;
  }

  private static BitField union(SortedMap<Long, BitField> byPartition) {
    return byPartition.values().stream().reduce(BitField.empty(), BitField::union);
  }

  private void tell(
      DeadlineChain.Faults faults,
      List<PartitionSectors> undeclared,
      BitField readable,
      Epoch epoch) {
    undeclared.forEach(each -> voice.faulty(each.sectors(), epoch));
    faults
        .recovering()
        .values()
        .forEach(each -> voice.recoveryDeclared(each.intersect(readable), epoch));
  }

  /** The declaration of {@code sectors} landed in {@code epoch}: they need no other. */
  void declared(List<PartitionSectors> sectors, Epoch epoch) {
    voice.recoveryDeclared(sectors, epoch);
    sectors.forEach(each -> each.sectors().stream().forEach(work.readable::remove));
  }
}
