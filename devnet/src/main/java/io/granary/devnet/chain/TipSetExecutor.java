package io.granary.devnet.chain;

import io.granary.devnet.actor.DeadlineCron;
import io.granary.devnet.actor.Environment;
import io.granary.devnet.actor.ExitCode;
import io.granary.devnet.actor.MessageExecutor;
import io.granary.devnet.actor.MessageExecutor.Applied;
import io.granary.devnet.actor.MessageExecutor.GasTerms;
import io.granary.devnet.actor.VerifierUnavailableException;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ChainState;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SignedMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the messages of one epoch on top of a tipset: cron of null rounds, messages, cron. */
final class TipSetExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(TipSetExecutor.class);

  private final ChainPolicy policy;
  private final Beacon beacon;
  private final ProofLedger proofs;
  private final boolean verifyAllPosts;
  private final GasTerms gasTerms;

  TipSetExecutor(
      ChainPolicy policy,
      Beacon beacon,
      ProofLedger proofs,
      boolean verifyAllPosts,
      GasTerms gasTerms) {
    this.policy = policy;
    this.beacon = beacon;
    this.proofs = proofs;
    this.verifyAllPosts = verifyAllPosts;
    this.gasTerms = gasTerms;
  }

  /** What an epoch did: the messages that were included with their receipts, and the state. */
  record Outcome(ChainState after, List<SignedMessage> included, List<Receipt> receipts) {}

  /** What messages at {@code epoch} on top of {@code base} can see. */
  Environment environment(ExecutedTipSet base, long epoch) {
    return new Environment(policy, epoch, new ForkRandomness(base, beacon), proofs, verifyAllPosts);
  }

  /**
   * Applies what can be applied of {@code offered} at {@code epoch}. A message whose sender state
   * does not fit, or whose proof nobody could judge just now, is left out together with what its
   * sender sent after it.
   */
  Outcome execute(ExecutedTipSet base, long epoch, List<SignedMessage> offered) {
    ChainState state = base.after();
    for (long nullEpoch = base.height() + 1; nullEpoch < epoch; nullEpoch++) {
      state = DeadlineCron.run(state, nullEpoch, policy);
    }
    Environment environment = environment(base, epoch);
    List<SignedMessage> included = new ArrayList<>();
    List<Receipt> receipts = new ArrayList<>();
    Set<Address> stopped = new HashSet<>();
    for (SignedMessage signed : offered) {
      if (stopped.contains(signed.message().from())) {
        continue;
      }
      try {
        Applied applied =
            MessageExecutor.apply(
                state, signed.message(), Messages.chainLength(signed), environment, gasTerms);
        if (isRefusal(applied.code())) {
          stopped.add(signed.message().from());
          continue;
        }
        state = applied.state();
        included.add(signed);
        receipts.add(applied.receipt());
      } catch (VerifierUnavailableException e) {
        LOG.warn("message {} waits for the proof verifier", signed.cid(), e);
        stopped.add(signed.message().from());
      }
    }
    return new Outcome(DeadlineCron.run(state, epoch, policy), included, receipts);
  }

  private static boolean isRefusal(ExitCode code) {
    return code == ExitCode.SENDER_INVALID || code == ExitCode.SENDER_STATE_INVALID;
  }
}
