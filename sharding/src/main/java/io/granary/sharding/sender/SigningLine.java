package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.port.SpendFence.NonceClaim;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * From an accepted intent to a signed message: many are priced at a time; the most urgent one that
 * can be paid for takes the next nonce and is signed. A nonce is given away as late as can be, so
 * that what waits for money or for a cheaper base fee holds none in front of a proof. What a call
 * returns is to be persisted; what follows from those events is the entity's. Belongs to the one
 * actor.
 */
final class SigningLine {
  /** How long a miner's word that it proves from here holds; it says so with every tick. */
  private static final long RESERVE_HOLDS_EPOCHS = 10;

  private static final BigInteger EIGHT = BigInteger.valueOf(8);

  private final SenderDesk desk;
  private final SenderWork work;
  private final Offers offers;

  SigningLine(SenderDesk desk, Offers offers) {
    this.desk = desk;
    this.work = desk.work();
    this.offers = offers;
  }

  /** Prices what needs a price, then lets one intent take a nonce. Harmless to do twice. */
  void advance(SenderState state) {
    if (work.market.isEmpty() || desk.head().isUnknown()) {
      return;
    }
    Market market = work.market.get();
    List<MessageIntent> waiting =
        SenderViews.waiting(state).stream().filter(intent -> fits(intent, market)).toList();
    for (MessageIntent intent : waiting) {
      if (hasRoom(intent.purpose())
          && needsPrice(intent.intentId(), market)
          && work.triedSinceHead.add(intent.intentId())) {
        work.pricing.put(intent.intentId(), intent.purpose());
        desk.steps().price(intent, desk.settings().fees(intent.purpose()).max());
      }
    }
    takeNonce(state, waiting, market);
  }

  /** What fills a gap has one nonce, and no use once somebody else used it. */
  private static boolean fits(MessageIntent intent, Market market) {
    return FillGap.nonceOf(intent).map(nonce -> nonce == market.chainNonce()).orElse(true);
  }

  private boolean hasRoom(MessagePurpose purpose) {
    boolean post = purpose == MessagePurpose.WINDOW_POST;
    long underWay =
        work.pricing.values().stream()
            .filter(each -> (each == MessagePurpose.WINDOW_POST) == post)
            .count();
    return underWay < desk.settings().lane(purpose).pricingMax();
  }

  /** A price is read anew when it is old or the base fee has moved; it is used until then. */
  private boolean needsPrice(String id, Market market) {
    SenderWork.Quote quote = work.quotes.get(id);
    if (quote == null) {
      return !work.pricing.containsKey(id);
    }
    BigInteger moved = market.baseFee().atto().subtract(quote.baseFee().atto()).abs();
    boolean other = moved.multiply(EIGHT).compareTo(quote.baseFee().atto()) > 0;
    boolean old = desk.head().epoch().since(quote.at()) >= desk.settings().repriceAfter();
    return (other || old) && !work.pricing.containsKey(id);
  }

  private void takeNonce(SenderState state, List<MessageIntent> waiting, Market market) {
    if (work.signing.isPresent()) {
      return;
    }
    Optional<IntentState.Reserved> reserved = state.reserved();
    if (reserved.isPresent()) {
      work.signing = Optional.of(reserved.get().intent().intentId());
      desk.steps().claim(reserved.get());
      return;
    }
    Epoch epoch = desk.head().epoch();
    Purse purse = Purse.of(state, market, reserve(epoch));
    Offers.Now now = new Offers.Now(state, market, purse, epoch);
    for (MessageIntent intent : waiting) {
      String id = intent.intentId();
      SenderWork.Quote quote = work.quotes.get(id);
      if (quote == null || work.losing.contains(id)) {
        continue;
      }
      Offers.Offer offer = offers.first(now, intent, quote.message());
      if (offer instanceof Offers.Send send) {
        work.signing = Optional.of(id);
        work.offer = Optional.of(send.message());
        work.waits(id, WaitReason.SIGNING, "");
        desk.steps().nonce(id);
        return;
      }
      Offers.Wait wait = (Offers.Wait) offer;
      work.waits(id, wait.reason(), wait.detail());
    }
  }

  /** What is kept for window PoSt, while a miner's window PoSt goes from this address. */
  TokenAmount reserve(Epoch now) {
    boolean proves =
        work.provenFromAt.filter(at -> now.since(at) <= RESERVE_HOLDS_EPOCHS).isPresent();
    return proves ? desk.settings().postReserve() : TokenAmount.ZERO;
  }

  /**
   * Whether {@code id} is the one intent between nonce and signature. Answers to steps begun before
   * a failed persist come late, and are not for us any more.
   */
  boolean holds(String id) {
    return work.signing.equals(Optional.of(id));
  }

  List<SenderEvent> onPrice(SenderState state, SenderCommand.PriceHeard heard) {
    String id = heard.intentId();
    work.pricing.remove(id);
    if (!(state.of(id) instanceof IntentState.Accepted) || work.market.isEmpty()) {
      return List.of();
    }
    if (heard.price() instanceof SenderChain.Refused refused) {
      return holds(id)
          ? List.of()
          : List.of(
              new SenderEvent.IntentGivenUp(
                  id, MessageReport.GaveUp.Kind.REFUSED, refused.reason(), desk.head().stamp()));
    }
    work.quotes.put(
        id,
        new SenderWork.Quote(
            ((SenderChain.Priced) heard.price()).message(),
            desk.head().epoch(),
            work.market.get().baseFee()));
    advance(state);
    return List.of();
  }

  void onPricingFailed(SenderState state, SenderCommand.PricingFailed failed) {
    String id = failed.intentId();
    work.pricing.remove(id);
    if (state.of(id) instanceof IntentState.Accepted) {
      work.waits(id, WaitReason.PRICE, String.valueOf(failed.cause().getMessage()));
    }
    desk.log().unread("the price of " + id, failed.cause());
    advance(state);
  }

  List<SenderEvent> onNonce(SenderState state, SenderCommand.NonceHeard heard) {
    String id = heard.intentId();
    if (!holds(id)) {
      return List.of();
    }
    if (work.offer.isEmpty() || !(state.of(id) instanceof IntentState.Accepted accepted)) {
      work.doneSigning();
      return List.of();
    }
    Message offered = work.offer.get();
    Optional<Long> missing = FillGap.nonceOf(accepted.intent());
    long nonce = missing.orElse(Math.max(state.nextNonce(), heard.poolNonce()));
    return List.of(
        new SenderEvent.NonceReserved(id, offered.withNonce(nonce), desk.head().stamp()));
  }

  List<SenderEvent> onClaimed(SenderState state, SenderCommand.NonceClaimed claimed) {
    String id = claimed.intentId();
    if (!holds(id)) {
      return List.of();
    }
    if (!(state.of(id) instanceof IntentState.Reserved reserved)) {
      work.doneSigning();
      return List.of();
    }
    long nonce = reserved.message().nonce();
    SenderEvent released = new SenderEvent.NonceReleased(id, nonce, desk.head().stamp());
    if (claimed.claim() instanceof NonceClaim.HeldElsewhere held) {
      desk.log().nonceClaimed(nonce, id, held.nonce());
      return List.of(
          released,
          new SenderEvent.NonceReserved(
              id, reserved.message().withNonce(held.nonce()), desk.head().stamp()));
    }
    if (claimed.claim() instanceof NonceClaim.TakenByAnother) {
      work.doneSigning();
      return FillGap.nonceOf(reserved.intent()).isPresent()
          ? List.of(released, notOurs(id, nonce))
          : List.of(released);
    }
    desk.steps().sign(id, reserved.message(), false);
    return List.of();
  }

  private SenderEvent notOurs(String id, long nonce) {
    work.gapsClaimed.add(nonce);
    return new SenderEvent.IntentGivenUp(
        id,
        MessageReport.GaveUp.Kind.REFUSED,
        "nonce " + nonce + " is claimed for another message",
        desk.head().stamp());
  }

  List<SenderEvent> onSigned(SenderState state, SenderCommand.WalletSigned wallet) {
    String id = wallet.intentId();
    SignedMessage signed = wallet.signed();
    IntentState intent = state.of(id);
    if (wallet.replaces()) {
      work.replacing.remove(id);
      return intent instanceof IntentState.Signed before
              && before.nonce() == signed.message().nonce()
          ? List.of(new SenderEvent.MessageReplaced(id, signed.cid(), signed, desk.head().stamp()))
          : List.of();
    }
    if (!holds(id)) {
      return List.of();
    }
    work.doneSigning();
    work.quotes.remove(id);
    return intent instanceof IntentState.Reserved
        ? List.of(new SenderEvent.MessageSigned(id, signed.cid(), signed, desk.head().stamp()))
        : List.of();
  }

  void onSigningFailed(SenderCommand.SigningFailed failed) {
    desk.log().couldNot(failed.doing(), failed.intentId(), failed.cause());
    work.replacing.remove(failed.intentId());
    if (holds(failed.intentId())) {
      work.doneSigning();
    }
  }
}
