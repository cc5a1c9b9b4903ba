package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.SenderState;
import io.granary.protocol.sender.SpendBook;
import java.util.Optional;

/**
 * Whether a message may be signed now, and with how much gas: its purpose's allowance, the balance,
 * the reserve for window PoSt and the day's budget. Belongs to the one actor, for its alarms.
 */
final class Offers {
  private final SenderSettings settings;
  private final SenderOperatorLog log;
  private final Pressure pressure;
  private final Fees fees;

  Offers(SenderSettings settings, SenderOperatorLog log) {
    this.settings = settings;
    this.log = log;
    this.pressure = new Pressure(settings);
    this.fees = new Fees(settings.baseFeeMarginPercent());
  }

  /** Whether to sign. */
  sealed interface Offer {}

  /** Sign this. */
  record Send(Message message) implements Offer {}

  /** Not now. */
  record Wait(WaitReason reason, String detail) implements Offer {}

  /** The moment it is decided in. */
  record Now(SenderState state, Market market, Purse purse, Epoch epoch) {}

  /**
   * What an intent's first signing would be; {@code quoted} is its message as the node priced it.
   */
  Offer first(Now now, MessageIntent intent, Message quoted) {
    MessagePurpose purpose = intent.purpose();
    boolean fills = purpose == MessagePurpose.FILL_GAP;
    long inFlight = SenderViews.inFlight(now.state(), purpose);
    if (!fills && inFlight >= settings.lane(purpose).inFlightMax()) {
      return new Wait(WaitReason.IN_FLIGHT, inFlight + " messages lie in the pool");
    }
    boolean post = purpose == MessagePurpose.WINDOW_POST;
    TokenAmount available = post || fills ? now.purse().free() : now.purse().besideReserve();
    Terms own = pressure.own(intent, now.epoch());
    Terms terms = post ? own.within(available.minus(quoted.value())) : own;
    Fees.Price price = fees.first(quoted, terms, now.market().baseFee());
    if (price instanceof Fees.TooDear dear) {
      return dear.needed().compareTo(own.allowed()) <= 0
          ? unpaid(now, intent, dear.needed().plus(quoted.value()))
          : tooDear(now.market(), dear, own);
    }
    Message priced = ((Fees.Pays) price).message();
    TokenAmount needed = Purse.costMax(priced);
    if (overBudget(now, purpose, priced.gasCostMax()) && !post) {
      return overBudget(purpose);
    }
    if (needed.compareTo(available) <= 0) {
      return new Send(priced);
    }
    return needed.compareTo(now.purse().free()) <= 0
        ? new Wait(
            WaitReason.POST_RESERVE,
            "needs " + needed + " attoFIL, " + available + " are free beside the reserve")
        : unpaid(now, intent, needed);
  }

  /** What a signed message's next signing would be. */
  Offer again(Now now, IntentState.Signed signed, Optional<Message> quote) {
    MessagePurpose purpose = signed.intent().purpose();
    Message latest = signed.latest().message().message();
    Terms own = pressure.own(signed.intent(), now.epoch());
    Terms terms = pressure.of(now.state(), signed, now.epoch());
    boolean pressed = terms.urgent() || terms.allowed().compareTo(own.allowed()) > 0;
    boolean forPost = pressed || purpose == MessagePurpose.WINDOW_POST;
    TokenAmount available =
        (forPost ? now.purse().free() : now.purse().besideReserve()).plus(latest.gasCostMax());
    Fees.Price price = fees.again(latest, quote, terms.within(available), now.market().baseFee());
    if (price instanceof Fees.TooDear dear) {
      return dear.needed().compareTo(terms.allowed()) <= 0
          ? unpaid(now, signed.intent(), dear.needed())
          : tooDear(now.market(), dear, terms);
    }
    Message raised = ((Fees.Pays) price).message();
    TokenAmount more = raised.gasCostMax().minus(latest.gasCostMax());
    if (overBudget(now, purpose, more) && !forPost) {
      return overBudget(purpose);
    }
    return new Send(raised);
  }

  /** The terms of a signed message now. */
  Terms terms(SenderState state, IntentState.Signed signed, Epoch now) {
    return pressure.of(state, signed, now);
  }

  private Offer unpaid(Now now, MessageIntent intent, TokenAmount needed) {
    if (intent.purpose() == MessagePurpose.WINDOW_POST) {
      log.postUnpaid(SpendBook.dayOf(now.epoch()), intent.intentId(), needed, now.purse().free());
    }
    return new Wait(
        WaitReason.BALANCE, "needs " + needed + " attoFIL, " + now.purse().free() + " are free");
  }

  private static Offer tooDear(Market market, Fees.TooDear dear, Terms terms) {
    return new Wait(
        WaitReason.CHEAPER_BASE_FEE,
        "at a base fee of "
            + market.baseFee()
            + " it needs "
            + dear.needed()
            + " attoFIL and may pay "
            + terms.allowed());
  }

  private boolean overBudget(Now now, MessagePurpose purpose, TokenAmount more) {
    TokenAmount risked = now.state().spent().of(purpose, now.epoch());
    TokenAmount max = settings.fees(purpose).dailyMax();
    boolean over = risked.plus(more).compareTo(max) > 0;
    if (over) {
      log.budgetUsedUp(SpendBook.dayOf(now.epoch()), purpose, risked, max);
    }
    return over;
  }

  private Offer overBudget(MessagePurpose purpose) {
    return new Wait(
        WaitReason.DAILY_BUDGET,
        "the day's budget of " + settings.fees(purpose).dailyMax() + " attoFIL is used up");
  }
}
