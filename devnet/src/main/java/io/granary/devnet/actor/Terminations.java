package io.granary.devnet.actor;

import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.TerminateSectorsParams;
import io.granary.protocol.actor.TerminateSectorsReturn;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.SectorOnChain;
import java.util.List;

/**
 * The end of sectors: TerminateSectors (chain.md 3.1), terminations by cron for faults that lasted
 * too long, and plain expiry. All are carried out at once; there is no queue of early terminations
 * as a node has it, so TerminateSectors always returns done.
 */
final class Terminations {
  private Terminations() {}

  static Bytes terminate(Invocation call) {
    List<SectorDeclaration> terminations =
        call.decode(TerminateSectorsParams::readFrom).terminations();
    if (!terminations.isEmpty()) {
      FaultDeclarations.requireBounds(terminations);
    }
    call.requireControlling();
    for (SectorDeclaration declaration : terminations) {
      MinerState miner = call.miner();
      if (declaration.deadline() >= call.policy().deadlines()) {
        throw ActorAbort.illegalArgument("invalid deadline " + declaration.deadline());
      }
      int index = (int) declaration.deadline();
      if (!miner.grid(call.policy()).isMutable(index, call.epoch())) {
        throw ActorAbort.illegalArgument("cannot terminate sectors in immutable deadline " + index);
      }
      MinerDeadline deadline = miner.deadlines().get(index);
      if (declaration.partition() >= deadline.partitions().size()) {
        throw ActorAbort.notFound(
            failed(index) + "failed to find partition " + declaration.partition());
      }
      MinerPartition partition = deadline.partitions().get((int) declaration.partition());
      if (!partition.live().containsAll(declaration.sectors())) {
        throw ActorAbort.illegalArgument(
            failed(index)
                + "failed to terminate sectors in partition "
                + declaration.partition()
                + ": can only terminate live sectors");
      }
      early(
          call.state(),
          call.receiver(),
          index,
          (int) declaration.partition(),
          declaration.sectors(),
          call.epoch());
    }
    return new TerminateSectorsReturn(true).toCbor();
  }

  private static String failed(int deadline) {
    return "failed to terminate sectors in deadline " + deadline + ": ";
  }

  /** Ends {@code sectors} before their time: the pledge is released, the fee charged. */
  static void early(
      StateDraft draft, ActorId id, int deadline, int partition, BitField sectors, long epoch) {
    MinerState miner = known(draft, id);
    TokenAmount fee = TokenAmount.ZERO;
    BitField trusted = sectors.intersect(miner.trusted().numbers());
    for (long number : (Iterable<Long>) sectors.minus(trusted).stream().boxed()::iterator) {
      fee = fee.plus(fee(miner, number, epoch));
    }
    if (!trusted.isEmpty()) {
      // All alike: the fee of one stands for each.
      TokenAmount each = fee(miner, trusted.first().orElseThrow(), epoch);
      fee = fee.plus(each.times(trusted.cardinality()));
    }
    end(draft, id, deadline, partition, sectors);
    DealPayments.slash(draft, id, sectors, epoch);
    MinerMoney.charge(draft, id, fee, LedgerCause.TERMINATION, sectors.cardinality());
  }

  private static TokenAmount fee(MinerState miner, long number, long epoch) {
    SectorOnChain sector =
        miner
            .sector(number)
            .orElseThrow(
                () -> new IllegalStateException("no sector " + number + " of " + miner.id()));
    return Economics.terminationFee(
        sector.initialPledge(), epoch - sector.activation().value(), miner.powerOf(1));
  }

  /** Ends {@code sectors}: they leave their partition's live set and their pledge is free. */
  static void end(StateDraft draft, ActorId id, int deadline, int partition, BitField sectors) {
    MinerState miner = known(draft, id);
    TokenAmount pledge = miner.pledges(sectors);
    MinerDeadline changed = miner.deadlines().get(deadline);
    changed =
        changed.withPartition(partition, changed.partitions().get(partition).terminating(sectors));
    draft.put(
        miner
            .withDeadline(deadline, changed)
            .withFunds(
                miner.funds().withInitialPledge(miner.funds().initialPledge().minus(pledge))));
  }

  private static MinerState known(StateDraft draft, ActorId id) {
    return draft.miner(id).orElseThrow(() -> new IllegalStateException("no miner " + id));
  }
}
