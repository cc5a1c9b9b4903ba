package io.granary.devnet.chain;

import io.granary.devnet.actor.GasSchedule;
import io.granary.devnet.actor.MessageExecutor;
import io.granary.devnet.actor.MessageExecutor.Applied;
import io.granary.devnet.state.ChainState;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.SignedMessage;
import java.math.BigInteger;

/** Runs messages that are on no chain: StateCall, gas estimation (chain.md 2.5). */
public final class Simulator {
  /** A node estimates a quarter more than what was used (recorded MpoolGetConfig). */
  private static final long OVERESTIMATION_NUMERATOR = 5;

  private static final long OVERESTIMATION_DENOMINATOR = 4;

  /** A node estimates premiums for inclusion within so many epochs. */
  private static final long INCLUSION_EPOCHS = 10;

  /** The most a message may cost in gas where the sender says nothing: 0.07 FIL. */
  private static final TokenAmount MAX_FEE_DEFAULT = TokenAmount.ofAtto(70_000_000_000_000_000L);

  /** Signed CBOR is this much longer than the unsigned message, for gas by size. */
  private static final int SIGNATURE_BYTES = 100;

  private final Chain chain;

  public Simulator(Chain chain) {
    this.chain = chain;
  }

  /** Runs {@code message} on what queries at {@code at} see, at its epoch. */
  public Applied call(Message message, ExecutedTipSet at) {
    return MessageExecutor.simulate(
        at.before(), message, message.toCbor().length(), chain.environment(at, at.height()));
  }

  /** Runs {@code message} as the next block would, after what its sender has pending. */
  public Applied next(Message message) {
    ExecutedTipSet head = chain.head();
    long epoch = head.height() + 1;
    ChainState state = head.after();
    for (SignedMessage pending : chain.pendingOf(message.from())) {
      state =
          MessageExecutor.simulate(
                  state,
                  pending.message(),
                  Messages.chainLength(pending),
                  chain.environment(head, epoch))
              .state();
    }
    return MessageExecutor.simulate(
        state,
        message,
        message.toCbor().length() + SIGNATURE_BYTES,
        chain.environment(head, epoch));
  }

  /** The gas limit for a message that used {@code gasUsed} when it was simulated. */
  public static long gasLimit(long gasUsed) {
    return Math.min(
        gasUsed * OVERESTIMATION_NUMERATOR / OVERESTIMATION_DENOMINATOR,
        GasSchedule.BLOCK_GAS_LIMIT);
  }

  /** Base fee × (1 + 1/8)^{@code blocks} + premium. */
  public TokenAmount feeCap(TokenAmount premium, long blocks) {
    BigInteger factor = BigInteger.valueOf(9).pow((int) blocks);
    BigInteger grown =
        chain
            .baseFeeOn(chain.head())
            .atto()
            .multiply(factor)
            .divide(BigInteger.valueOf(8).pow((int) blocks));
    return new TokenAmount(grown).plus(premium);
  }

  /** {@code message} with what is zero of gas limit, premium and fee cap filled in. */
  public Message withGas(Message message, long gasLimit, SendSpec spec) {
    TokenAmount premium =
        message.gasPremium().isZero()
            ? PremiumEstimate.within(INCLUSION_EPOCHS, chain.head())
            : message.gasPremium();
    TokenAmount maxFee = spec.maxFee().isZero() ? MAX_FEE_DEFAULT : spec.maxFee();
    TokenAmount most = new TokenAmount(maxFee.atto().divide(BigInteger.valueOf(gasLimit)));
    TokenAmount cap = message.gasFeeCap();
    if (cap.isZero()) {
      cap = spec.maximizeFeeCap() ? most : feeCap(premium, 20);
      cap = cap.compareTo(most) > 0 ? most : cap;
    }
    TokenAmount tip = premium.compareTo(cap) > 0 ? cap : premium;
    return new Message(
        message.to(),
        message.from(),
        message.nonce(),
        message.value(),
        gasLimit,
        cap,
        tip,
        message.method(),
        message.params());
  }
}
