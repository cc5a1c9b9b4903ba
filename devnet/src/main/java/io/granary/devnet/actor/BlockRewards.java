package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.policy.Economics;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;

/**
 * What a block earns (builtin-actors reward/src/lib.rs award_block_reward, miner apply_rewards): a
 * fifth of the epoch's reward for each win, out of the reward actor. Three quarters are locked and
 * vest, and debt is paid first from what came in.
 */
public final class BlockRewards {
  /** f02, which holds what is not mined yet. */
  private static final ActorId REWARD = new ActorId(2);

  private BlockRewards() {}

  /** {@code state} after the reward of one block at {@code epoch}. */
  public static ChainState award(
      ChainState state, ActorId id, long winCount, long epoch, ChainPolicy policy) {
    TokenAmount due = Economics.blockReward(state.totalPower()).times(winCount);
    StateDraft draft = state.draft();
    TokenAmount left = draft.balance(REWARD);
    TokenAmount reward = due.compareTo(left) < 0 ? due : left;
    if (reward.isZero()) {
      return state;
    }
    MinerState miner =
        draft.miner(id).orElseThrow(() -> new IllegalStateException("no miner " + id));
    draft.credit(REWARD, new TokenAmount(reward.atto().negate()));
    draft.credit(id, reward);
    draft.put(
        miner.withFunds(
            miner
                .funds()
                .locking(Economics.lockedOfReward(reward), epoch, policy.vestingDuration())));
    MinerMoney.settle(draft, id);
    return draft.freeze();
  }
}
