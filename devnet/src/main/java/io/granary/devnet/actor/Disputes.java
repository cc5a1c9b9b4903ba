package io.granary.devnet.actor;

import io.granary.devnet.policy.Economics;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerDeadline;
import io.granary.devnet.state.MinerDeadline.OptimisticPost;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DisputeWindowedPoStParams;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import java.util.ArrayList;
import java.util.List;

/** DisputeWindowedPoSt (chain.md 5.3, 5.5): anyone may have an unseen proof verified. */
final class Disputes {
  private Disputes() {}

  static Bytes dispute(Invocation call) {
    DisputeWindowedPoStParams params = call.decode(DisputeWindowedPoStParams::readFrom);
    if (params.deadline() >= call.policy().deadlines()) {
      throw ActorAbort.illegalArgument(
          "invalid deadline " + params.deadline() + " of " + call.policy().deadlines());
    }
    MinerState miner = call.miner();
    int index = (int) params.deadline();
    ProvingGrid grid = miner.grid(call.policy());
    if (!inDisputeWindow(grid, index, call)) {
      throw ActorAbort.forbidden(
          "can only dispute window posts during the dispute window ("
              + call.policy().disputeWindow()
              + " epochs after the challenge window closes)");
    }
    MinerDeadline deadline = miner.deadlines().get(index);
    if (params.postIndex() >= deadline.disputable().size()) {
      throw ActorAbort.illegalArgument(
          "failed to load proof for dispute: proof " + params.postIndex() + " not found");
    }
    OptimisticPost post = deadline.disputable().get((int) params.postIndex());
    if (WindowPoSt.holds(call, miner, post.sectors(), post.challenge(), post.proof())) {
      throw ActorAbort.illegalArgument("failed to dispute valid post");
    }
    uphold(call, index, post, grid.deadline(index, call.epoch()));
    return Bytes.empty();
  }

  /** Whether the deadline's last window has closed and its dispute window has not. */
  private static boolean inDisputeWindow(ProvingGrid grid, int index, Invocation call) {
    DeadlineInfo next = grid.nextNotElapsed(index, call.epoch());
    long lastClose = next.close().value() - call.policy().provingPeriod();
    return call.epoch() < next.open().value()
        && call.epoch() < lastClose + call.policy().disputeWindow();
  }

  /** The post is removed, its sectors are faulty, the miner pays and the disputer is paid. */
  private static void uphold(Invocation call, int index, OptimisticPost post, DeadlineInfo now) {
    MinerState miner = call.miner();
    MinerDeadline deadline = miner.deadlines().get(index);
    long expiration = now.close().value() - 1 + call.policy().faultMaxAge();
    long penalised = 0;
    MinerDeadline after = deadline;
    for (long p : (Iterable<Long>) post.partitions().stream().boxed()::iterator) {
      int partition = (int) p;
      BitField active = after.partitions().get(partition).active().intersect(post.sectors());
      penalised += active.cardinality();
      after =
          after.withPartition(
              partition, after.partitions().get(partition).failing(active, expiration));
    }
    List<OptimisticPost> left = new ArrayList<>(deadline.disputable());
    left.remove(post);
    call.setMiner(
        miner
            .withLedger(miner.ledger().with(LedgerCause.DISPUTED_FAULT, penalised))
            .withDeadline(index, after.withDisputable(left)));
    TokenAmount burntBefore = call.state().balance(Invocation.BURNT_FUNDS);
    TokenAmount penalty = Economics.invalidPoStPenalty(miner.powerOf(penalised));
    MinerMoney.charge(
        call.state(),
        call.receiver(),
        penalty.plus(Economics.DISPUTE_REWARD),
        LedgerCause.INVALID_POST,
        penalised);
    payReward(call, call.state().balance(Invocation.BURNT_FUNDS).minus(burntBefore));
  }

  /** The reward comes out of what could be charged just now; the rest of that is burnt. */
  private static void payReward(Invocation call, TokenAmount charged) {
    TokenAmount reward =
        charged.compareTo(Economics.DISPUTE_REWARD) < 0 ? charged : Economics.DISPUTE_REWARD;
    call.state().credit(Invocation.BURNT_FUNDS, new TokenAmount(reward.atto().negate()));
    call.state().credit(call.caller(), reward);
  }
}
