package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerLedger;
import io.granary.devnet.state.MinerPartition;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What happens by itself at the end of each epoch (builtin-actors, handle_proving_deadline): the
 * deadlines whose last epoch this is are closed. In order: what vested is released, power that was
 * faulty before pays, partitions without a proof become faulty, daily fees are paid, sectors expire
 * or are terminated for lasting faults, late precommits lose their deposit. At last the market
 * drops deals whose sector never came.
 */
public final class DeadlineCron {
  private DeadlineCron() {}

  /** {@code state} after the cron of {@code epoch}. */
  public static ChainState run(ChainState state, long epoch, ChainPolicy policy) {
    List<ActorId> due = new ArrayList<>();
    for (MinerState miner : state.miners()) {
      if (miner.grid(policy).endsDeadline(epoch)) {
        due.add(miner.id());
      }
    }
    if (due.isEmpty()) {
      return DealPayments.cron(state, epoch);
    }
    StateDraft draft = state.draft();
    for (ActorId id : due) {
      closeDeadline(draft, id, epoch, policy);
    }
    return DealPayments.cron(draft.freeze(), epoch);
  }

  private static void closeDeadline(StateDraft draft, ActorId id, long epoch, ChainPolicy policy) {
    MinerState before = known(draft, id);
    ProvingGrid grid = before.grid(policy);
    DeadlineInfo closing = grid.current(epoch);
    int index = (int) closing.index();
    draft.put(MinerAdministration.withDueWorker(before, epoch));
    MinerMoney.vest(draft, id, epoch);
    long faultyBefore = before.deadlines().get(index).union(MinerPartition::faults).cardinality();
    detectMissed(draft, id, index, epoch + policy.faultMaxAge());
    MinerMoney.charge(
        draft,
        id,
        Economics.continuedFaultPenalty(before.powerOf(faultyBefore)),
        LedgerCause.CONTINUED_FAULT,
        faultyBefore);
    chargeDailyFees(draft, id, index);
    endSectors(draft, id, index, epoch, grid);
    MinerState after = known(draft, id);
    draft.put(after.withDeadline(index, after.deadlines().get(index).closed()));
    forfeitLatePreCommits(draft, id, epoch, policy);
  }

  /** Partitions without a proof: what was not faulty becomes so, declared recoveries lapse. */
  private static void detectMissed(StateDraft draft, ActorId id, int index, long expiration) {
    MinerState miner = known(draft, id);
    MinerDeadline deadline = miner.deadlines().get(index);
    List<MinerPartition> partitions = new ArrayList<>(deadline.partitions());
    MinerLedger ledger = miner.ledger();
    for (int p = 0; p < partitions.size(); p++) {
      if (!deadline.posted().contains(p)) {
        MinerPartition partition = partitions.get(p);
        ledger = withMissed(ledger, partition);
        partitions.set(
            p,
            partition
                .withoutRecoveries(partition.recoveries())
                .failing(partition.live(), expiration));
      }
    }
    draft.put(miner.withLedger(ledger).withDeadline(index, deadline.withPartitions(partitions)));
  }

  private static MinerLedger withMissed(MinerLedger ledger, MinerPartition partition) {
    long fresh = partition.live().minus(partition.faults()).cardinality();
    long lapsed = partition.recoveries().cardinality();
    return ledger
        .with(LedgerCause.MISSED_PARTITION, fresh + lapsed > 0 ? 1 : 0)
        .with(LedgerCause.MISSED_FAULT, fresh)
        .with(LedgerCause.LAPSED_RECOVERY, lapsed);
  }

  private static void chargeDailyFees(StateDraft draft, ActorId id, int index) {
    MinerState miner = known(draft, id);
    BitField live = miner.deadlines().get(index).union(MinerPartition::live);
    TokenAmount fees = miner.dailyFees(live);
    TokenAmount cap = Economics.dailyFeeCap(miner.powerOf(live.cardinality()));
    TokenAmount due = fees.compareTo(cap) < 0 ? fees : cap;
    MinerMoney.charge(draft, id, due, LedgerCause.DAILY_FEE, live.cardinality());
  }

  private static void endSectors(
      StateDraft draft, ActorId id, int index, long epoch, ProvingGrid grid) {
    MinerState miner = known(draft, id);
    List<MinerPartition> partitions = miner.deadlines().get(index).partitions();
    for (int p = 0; p < partitions.size(); p++) {
      MinerPartition partition = partitions.get(p);
      BitField expired = expired(miner, partition.live(), index, epoch, grid);
      BitField tooLongFaulty = BitField.empty();
      for (BitField due : partition.earlyExpirations().headMap(epoch, true).values()) {
        tooLongFaulty = tooLongFaulty.union(due.minus(expired));
      }
      if (!expired.isEmpty()) {
        Terminations.end(draft, id, index, p, expired);
      }
      if (!tooLongFaulty.isEmpty()) {
        Terminations.early(draft, id, index, p, tooLongFaulty, epoch);
      }
    }
  }

  /** The ones of {@code live} whose time is over; trusted ones all have the same. */
  private static BitField expired(
      MinerState miner, BitField live, int index, long epoch, ProvingGrid grid) {
    BitField trusted = live.intersect(miner.trusted().numbers());
    BitField own = live.minus(trusted);
    List<Long> expired = new ArrayList<>();
    for (long number : (Iterable<Long>) own.stream().boxed()::iterator) {
      if (grid.quantizeUp(sector(miner, number).expiration().value(), index) <= epoch) {
        expired.add(number);
      }
    }
    boolean trustedToo = grid.quantizeUp(miner.trusted().expiration(), index) <= epoch;
    return trustedToo ? BitField.of(expired).union(trusted) : BitField.of(expired);
  }

  private static void forfeitLatePreCommits(
      StateDraft draft, ActorId id, long epoch, ChainPolicy policy) {
    MinerState miner = known(draft, id);
    long limit = policy.proveCommitLimit() + policy.expiredPreCommitCleanUpDelay();
    NavigableMap<Long, SectorPreCommitOnChain> kept = new TreeMap<>(miner.preCommits());
    TokenAmount lost = TokenAmount.ZERO;
    for (SectorPreCommitOnChain entry : miner.preCommits().values()) {
      if (epoch - entry.preCommitEpoch().value() > limit) {
        kept.remove(entry.info().sectorNumber().value());
        lost = lost.plus(entry.deposit());
      }
    }
    if (!lost.isZero()) {
      MinerFunds funds = miner.funds();
      draft.put(
          miner
              .withPreCommits(kept)
              .withLedger(
                  miner
                      .ledger()
                      .with(
                          LedgerCause.LATE_PRE_COMMIT,
                          miner.preCommits().size() - kept.size(),
                          lost))
              .withFunds(funds.withPreCommitDeposits(funds.preCommitDeposits().minus(lost))));
      draft.credit(id, new TokenAmount(lost.atto().negate()));
      draft.credit(Invocation.BURNT_FUNDS, lost);
    }
  }

  private static SectorOnChain sector(MinerState miner, long number) {
    return miner
        .sector(number)
        .orElseThrow(() -> new IllegalStateException("no sector " + number + " of " + miner.id()));
  }

  private static MinerState known(StateDraft draft, ActorId id) {
    return draft.miner(id).orElseThrow(() -> new IllegalStateException("no miner " + id));
  }
}
