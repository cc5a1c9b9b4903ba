package io.granary.devnet.chain;

import io.granary.devnet.actor.GasSchedule;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The premium to offer (lotus node/impl/full/gas.go, GasEstimateGasPremium): the one at which half
 * the gas target of the last blocks was filled, at least {@link #LEAST}. The noise a node adds is
 * left out.
 */
public final class PremiumEstimate {
  /** What is offered while blocks have room (lotus, MinGasPremium). */
  public static final TokenAmount LEAST = TokenAmount.ofAtto(100_000);

  private static final long BLOCKS_MAX = 100;
  private static final long BLOCK_TARGET = GasSchedule.BLOCK_GAS_LIMIT / 2;

  private PremiumEstimate() {}

  /** For inclusion within {@code blocks} epochs after {@code head}. */
  public static TokenAmount within(long blocks, ExecutedTipSet head) {
    long tipSets = 2 * Math.max(1, Math.min(blocks, BLOCKS_MAX));
    List<Message> messages = new ArrayList<>();
    int blocksSeen = 0;
    Optional<ExecutedTipSet> at = Optional.of(head);
    for (long i = 0; i < tipSets && at.isPresent() && at.get().height() > 0; i++) {
      blocksSeen += at.get().tipSet().blocks().size();
      at.get().messages().stream().map(SignedMessage::message).forEach(messages::add);
      at = at.get().below();
    }
    TokenAmount median = median(messages, blocksSeen);
    return median.compareTo(LEAST) > 0 ? median : least(blocks);
  }

  /** One who is in a hurry offers more of nothing. */
  private static TokenAmount least(long blocks) {
    return switch ((int) Math.min(3, Math.max(1, blocks))) {
      case 1 -> LEAST.times(2);
      case 2 -> new TokenAmount(LEAST.times(3).atto().shiftRight(1));
      default -> LEAST;
    };
  }

  private static TokenAmount median(List<Message> messages, int blocks) {
    messages.sort(Comparator.comparing((Message m) -> m.gasPremium().atto()).reversed());
    long left = BLOCK_TARGET * blocks / 2;
    TokenAmount previous = TokenAmount.ZERO;
    for (Message message : messages) {
      left -= message.gasLimit();
      if (left < 0) {
        return previous.isZero() ? message.gasPremium() : mean(previous, message.gasPremium());
      }
      previous = message.gasPremium();
    }
    return TokenAmount.ZERO;
  }

  private static TokenAmount mean(TokenAmount a, TokenAmount b) {
    return new TokenAmount(a.plus(b).atto().divide(BigInteger.TWO));
  }
}
