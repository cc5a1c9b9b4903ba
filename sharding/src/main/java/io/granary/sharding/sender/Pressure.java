package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.SenderState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a message may pay when another one stands behind it. Nonces land in order, so that a window
 * PoSt waits for every message of a lower nonce; it pays to have them land. What it lends them
 * comes out of its own allowance: its own cost, and what those before it pay beyond their own
 * allowance, are together never allowed to be more than it may cost alone. Pure.
 */
final class Pressure {
  private final SenderSettings settings;

  Pressure(SenderSettings settings) {
    this.settings = settings;
  }

  /** An intent's terms by its own purpose. */
  Terms own(MessageIntent intent, Epoch now) {
    return settings.fees(intent.purpose()).terms(intent.lastUsefulEpoch(), now);
  }

  /** The terms of a signed message: less what it lends, more what is lent to it. */
  Terms of(SenderState state, IntentState.Signed signed, Epoch now) {
    Terms own = own(signed.intent(), now);
    if (isPost(signed)) {
      own = own.within(own.allowed().minus(lent(state, signed, now)));
    }
    Optional<IntentState.Signed> behind = mostPressing(state, signed, now);
    return behind.isEmpty() ? own : pressed(state, signed, own, behind.get(), now);
  }

  private Terms pressed(
      SenderState state, IntentState.Signed signed, Terms own, IntentState.Signed post, Epoch now) {
    Terms pressing = own(post.intent(), now);
    TokenAmount rest =
        pressing
            .allowed()
            .minus(cost(post))
            .minus(lent(state, post, now))
            .minus(neededInFront(state, signed, post, now));
    TokenAmount base = own.allowed().plus(excess(signed, now));
    return own.pressedBy(pressing, rest.isNegative() ? base : base.plus(rest));
  }

  /**
   * What messages in front of {@code signed} still need of {@code post} to be as dear as it is, by
   * gas: a message behind them must not take it, for it lands after them.
   */
  private TokenAmount neededInFront(
      SenderState state, IntentState.Signed signed, IntentState.Signed post, Epoch now) {
    TokenAmount needed = TokenAmount.ZERO;
    for (IntentState.Signed each : inPool(state)) {
      if (each.nonce() < signed.nonce() && !isPost(each)) {
        TokenAmount price = message(post).gasFeeCap().times(Math.max(1, message(each).gasLimit()));
        TokenAmount has = own(each.intent(), now).allowed().plus(excess(each, now));
        TokenAmount lacks = price.minus(has);
        needed = lacks.isNegative() ? needed : needed.plus(lacks);
      }
    }
    return needed;
  }

  /**
   * The PoSt behind {@code signed} that has least time, once it has waited for as long as it may.
   */
  private Optional<IntentState.Signed> mostPressing(
      SenderState state, IntentState.Signed signed, Epoch now) {
    return inPool(state).stream()
        .filter(Pressure::isPost)
        .filter(post -> post.nonce() > signed.nonce())
        .filter(post -> !post.intent().lastUsefulEpoch().isBefore(now))
        .filter(post -> presses(post, now))
        .min(Comparator.comparing(post -> post.intent().lastUsefulEpoch()));
  }

  private boolean presses(IntentState.Signed post, Epoch now) {
    Terms terms = own(post.intent(), now);
    return terms.urgent() || now.since(post.variants().get(0).signedAt()) >= terms.replaceAfter();
  }

  /** What messages before {@code post} may cost beyond their own allowance, in all. */
  private TokenAmount lent(SenderState state, IntentState.Signed post, Epoch now) {
    TokenAmount lent = TokenAmount.ZERO;
    for (IntentState.Open open : state.openIntents()) {
      Optional<IntentState.Signed> signed = SenderViews.signed(open);
      if (signed.isPresent() && signed.get().nonce() < post.nonce() && !isPost(signed.get())) {
        lent = lent.plus(excess(signed.get(), now));
      }
    }
    return lent;
  }

  private TokenAmount excess(IntentState.Signed signed, Epoch now) {
    TokenAmount excess = cost(signed).minus(own(signed.intent(), now).allowed());
    return excess.isNegative() ? TokenAmount.ZERO : excess;
  }

  private static TokenAmount cost(IntentState.Signed signed) {
    return message(signed).gasCostMax();
  }

  private static Message message(IntentState.Signed signed) {
    return signed.latest().message().message();
  }

  private static List<IntentState.Signed> inPool(SenderState state) {
    return state.openIntents().stream()
        .filter(IntentState.Signed.class::isInstance)
        .map(IntentState.Signed.class::cast)
        .toList();
  }

  private static boolean isPost(IntentState.Signed signed) {
    return signed.intent().purpose() == MessagePurpose.WINDOW_POST;
  }
}
