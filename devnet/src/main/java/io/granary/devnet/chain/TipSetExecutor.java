package io.granary.devnet.chain;

import io.granary.devnet.actor.BlockRewards;
import io.granary.devnet.actor.DeadlineCron;
import io.granary.devnet.actor.Environment;
import io.granary.devnet.actor.ExitCode;
import io.granary.devnet.actor.MessageExecutor;
import io.granary.devnet.actor.MessageExecutor.Applied;
import io.granary.devnet.actor.MessageExecutor.GasTerms;
import io.granary.devnet.actor.VerifierUnavailableException;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ChainState;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the blocks of one epoch on top of a tipset: cron of null rounds, the messages of each
 * block and its reward, cron.
 */
final class TipSetExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(TipSetExecutor.class);

  private final ChainConfig config;
  private final ChainPolicy policy;
  private final Beacon beacon;
  private final ProofLedger proofs;

  TipSetExecutor(ChainConfig config, Beacon beacon, ProofLedger proofs) {
    this.config = config;
    this.policy = config.policy();
    this.beacon = beacon;
    this.proofs = proofs;
  }

  /** What an epoch did: the messages that were included with their receipts, and the state. */
  record Outcome(ChainState after, List<SignedMessage> included, List<Receipt> receipts) {}

  /** What messages at {@code epoch} on top of {@code base} can see. */
  Environment environment(ExecutedTipSet base, long epoch) {
    return new Environment(
        policy, epoch, new ForkRandomness(base, beacon), proofs, config.verifyAllPosts());
  }

  /**
   * Applies what can be applied of {@code blocks}, in the order of their tipset, at {@code epoch}.
   * A message that stood in an earlier block is passed over. A message whose sender state does not
   * fit, or whose proof nobody could judge just now, is left out together with what its sender sent
   * after it.
   */
  Outcome execute(ExecutedTipSet base, long epoch, TokenAmount baseFee, List<BlockDraft> blocks) {
    ChainState state = base.after();
    for (long nullEpoch = base.height() + 1; nullEpoch < epoch; nullEpoch++) {
      state = DeadlineCron.run(state, nullEpoch, policy);
    }
    Run run = new Run(state, environment(base, epoch));
    for (BlockDraft block : blocks) {
      GasTerms terms = new GasTerms(block.miner(), baseFee);
      block.messages().forEach(signed -> run.apply(signed, terms));
      if (config.blockRewards()) {
        run.state = BlockRewards.award(run.state, block.miner(), block.winCount(), epoch, policy);
      }
    }
    return new Outcome(DeadlineCron.run(run.state, epoch, policy), run.included, run.receipts);
  }

  /** One epoch's messages. Used by one thread. */
  private static final class Run {
    private final Environment environment;
    private final List<SignedMessage> included = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private final Set<Cid> seen = new HashSet<>();
    private final Set<Address> stopped = new HashSet<>();
    private ChainState state;

    Run(ChainState state, Environment environment) {
      this.state = state;
      this.environment = environment;
    }

    void apply(SignedMessage signed, GasTerms terms) {
      Address sender = signed.message().from();
      if (stopped.contains(sender) || !seen.add(signed.cid())) {
        return;
      }
      try {
        Applied applied =
            MessageExecutor.apply(
                state, signed.message(), Messages.chainLength(signed), environment, terms);
        if (isRefusal(applied.code())) {
          stopped.add(sender);
          return;
        }
        state = applied.state();
        included.add(signed);
        receipts.add(applied.receipt());
      } catch (VerifierUnavailableException e) {
        LOG.warn("message {} waits for the proof verifier", signed.cid(), e);
        stopped.add(sender);
      }
    }

    private static boolean isRefusal(ExitCode code) {
      return code == ExitCode.SENDER_INVALID || code == ExitCode.SENDER_STATE_INVALID;
    }
  }
}
