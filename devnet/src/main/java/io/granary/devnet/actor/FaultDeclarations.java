package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.DeclareFaultsParams;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.chain.DeadlineInfo;
import java.util.List;
import java.util.function.BiFunction;

/** DeclareFaults and DeclareFaultsRecovered (chain.md 5.2): up to the cut-off of a deadline. */
final class FaultDeclarations {
  private FaultDeclarations() {}

  static Bytes declareFaults(Invocation call) {
    List<SectorDeclaration> faults = call.decode(DeclareFaultsParams::readFrom).faults();
    requireBounds(faults);
    call.requireControlling();
    for (SectorDeclaration declaration : faults) {
      declare(
          call,
          declaration,
          "failed fault declaration at deadline ",
          (partition, deadline) ->
              partition.failing(
                  declaration.sectors(),
                  deadline.close().value() - 1 + call.policy().faultMaxAge()));
    }
    return Bytes.empty();
  }

  static Bytes declareRecovered(Invocation call) {
    List<SectorDeclaration> recoveries =
        call.decode(DeclareFaultsRecoveredParams::readFrom).recoveries();
    requireBounds(recoveries);
    call.requireControlling();
    MinerMoney.repayDebt(call);
    for (SectorDeclaration declaration : recoveries) {
      declare(
          call,
          declaration,
          "failed recovery declaration at deadline ",
          (partition, deadline) -> partition.declaringRecovered(declaration.sectors()));
    }
    return Bytes.empty();
  }

  private static void declare(
      Invocation call,
      SectorDeclaration declaration,
      String context,
      BiFunction<MinerPartition, DeadlineInfo, MinerPartition> change) {
    MinerState miner = call.miner();
    String failed = context + declaration.deadline() + ": ";
    if (declaration.deadline() >= call.policy().deadlines()) {
      throw ActorAbort.illegalArgument("invalid deadline " + declaration.deadline());
    }
    int index = (int) declaration.deadline();
    DeadlineInfo target = miner.grid(call.policy()).nextNotElapsed(index, call.epoch());
    if (call.epoch() >= target.faultCutoff().value()) {
      throw ActorAbort.illegalArgument(failed + "late fault or recovery declaration");
    }
    MinerDeadline deadline = miner.deadlines().get(index);
    if (declaration.partition() >= deadline.partitions().size()) {
      throw ActorAbort.notFound(failed + "no such partition " + declaration.partition());
    }
    MinerPartition partition = deadline.partitions().get((int) declaration.partition());
    if (!partition.live().containsAll(declaration.sectors())) {
      throw ActorAbort.illegalArgument(
          failed + "not all sectors are assigned to the partition and live");
    }
    MinerPartition changed = change.apply(partition, target);
    long declared = changed.faults().cardinality() - partition.faults().cardinality();
    call.setMiner(
        miner
            .withLedger(miner.ledger().with(LedgerCause.DECLARED_FAULT, declared))
            .withDeadline(index, deadline.withPartition((int) declaration.partition(), changed)));
  }

  /** The bounds of one declaration message (chain.md 4.7). */
  static void requireBounds(List<SectorDeclaration> declarations) {
    if (declarations.size() > ChainPolicy.ADDRESSED_PARTITIONS_MAX) {
      throw ActorAbort.illegalArgument(
          "too many partitions "
              + declarations.size()
              + ", max "
              + ChainPolicy.ADDRESSED_PARTITIONS_MAX);
    }
    long sectors = 0;
    for (SectorDeclaration declaration : declarations) {
      if (declaration.sectors().isEmpty()) {
        throw ActorAbort.illegalArgument("no sectors declared for a partition");
      }
      sectors += declaration.sectors().cardinality();
      if (sectors > ChainPolicy.ADDRESSED_SECTORS_MAX) {
        throw ActorAbort.illegalArgument(
            "too many sectors " + sectors + ", max " + ChainPolicy.ADDRESSED_SECTORS_MAX);
      }
    }
  }
}
