package io.granary.sharding.sender;

import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import io.granary.sharding.entity.SeenHead;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * From an accepted intent to a signed message: many are priced at a time, one takes the next nonce
 * and is signed. What a call returns is to be persisted; what follows from those events is the
 * entity's. Belongs to the one actor.
 */
final class SigningLine {
  private final Address address;
  private final SenderSettings settings;
  private final SenderSteps steps;
  private final SenderWork work;
  private final SeenHead<SenderCommand> head;
  private final Logger log;

  SigningLine(
      Address address,
      SenderSettings settings,
      SenderSteps steps,
      SenderWork work,
      SeenHead<SenderCommand> head,
      Logger log) {
    this.address = address;
    this.settings = settings;
    this.steps = steps;
    this.work = work;
    this.head = head;
    this.log = log;
  }

  /** Prices what needs a price, then lets one intent take a nonce. Harmless to do twice. */
  void advance(SenderState state) {
    for (MessageIntent intent : SenderViews.waiting(state)) {
      String id = intent.intentId();
      if (work.pricing.size() >= settings.pricingMax()) {
        break;
      }
      if (!work.priced.containsKey(id) && work.triedSinceHead.add(id)) {
        work.pricing.add(id);
        steps.price(intent, settings.feeMax(intent.purpose()));
      }
    }
    takeNonce(state);
  }

  private void takeNonce(SenderState state) {
    if (work.signing.isPresent()) {
      return;
    }
    Optional<IntentState.Reserved> reserved = state.reserved();
    if (reserved.isPresent()) {
      work.signing = Optional.of(reserved.get().intent().intentId());
      steps.claim(reserved.get());
      return;
    }
    long inFlight =
        state.openIntents().stream().filter(IntentState.Signed.class::isInstance).count();
    if (inFlight >= settings.inFlightMax()) {
      return;
    }
    SenderViews.waiting(state).stream()
        .map(MessageIntent::intentId)
        .filter(work.priced::containsKey)
        .findFirst()
        .ifPresent(
            id -> {
              work.signing = Optional.of(id);
              steps.nonce(id);
            });
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
    if (!(state.of(id) instanceof IntentState.Accepted)) {
      return List.of();
    }
    if (heard.price() instanceof SenderChain.Refused refused) {
      return List.of(
          new SenderEvent.IntentGivenUp(
              id, MessageReport.GaveUp.Kind.REFUSED, refused.reason(), head.stamp()));
    }
    work.priced.put(id, ((SenderChain.Priced) heard.price()).message());
    advance(state);
    return List.of();
  }

  void onPricingFailed(SenderState state, SenderCommand.PricingFailed failed) {
    work.pricing.remove(failed.intentId());
    if (state.of(failed.intentId()) instanceof IntentState.Accepted) {
      work.pricingProblem.put(failed.intentId(), String.valueOf(failed.cause().getMessage()));
    }
    log.info(
        "sender {}: no price for {} yet: {}",
        address,
        failed.intentId(),
        failed.cause().toString());
    advance(state);
  }

  List<SenderEvent> onNonce(SenderState state, SenderCommand.NonceHeard heard) {
    String id = heard.intentId();
    if (!holds(id)) {
      return List.of();
    }
    Message priced = work.priced.get(id);
    if (priced == null || !(state.of(id) instanceof IntentState.Accepted)) {
      work.signing = Optional.empty();
      return List.of();
    }
    long nonce = Math.max(state.nextNonce(), heard.poolNonce());
    return List.of(new SenderEvent.NonceReserved(id, priced.withNonce(nonce), head.stamp()));
  }

  List<SenderEvent> onClaimed(SenderState state, SenderCommand.NonceClaimed claimed) {
    String id = claimed.intentId();
    if (!holds(id)) {
      return List.of();
    }
    if (!(state.of(id) instanceof IntentState.Reserved reserved)) {
      work.signing = Optional.empty();
      return List.of();
    }
    if (!claimed.ours()) {
      long nonce = reserved.message().nonce();
      log.warn("sender {}: nonce {} is claimed by another owner", address, nonce);
      work.signing = Optional.empty();
      return List.of(new SenderEvent.NonceReleased(id, nonce, head.stamp()));
    }
    steps.sign(id, reserved.message(), false);
    return List.of();
  }

  List<SenderEvent> onSigned(SenderState state, SenderCommand.WalletSigned wallet) {
    String id = wallet.intentId();
    SignedMessage signed = wallet.signed();
    IntentState intent = state.of(id);
    if (wallet.replaces()) {
      work.replacing.remove(id);
      return intent instanceof IntentState.Signed
          ? List.of(new SenderEvent.MessageReplaced(id, signed.cid(), signed, head.stamp()))
          : List.of();
    }
    if (!holds(id)) {
      return List.of();
    }
    work.signing = Optional.empty();
    work.priced.remove(id);
    return intent instanceof IntentState.Reserved
        ? List.of(new SenderEvent.MessageSigned(id, signed.cid(), signed, head.stamp()))
        : List.of();
  }

  void onSigningFailed(SenderCommand.SigningFailed failed) {
    log.warn(
        "sender {}: could not {} for {}: {}",
        address,
        failed.doing(),
        failed.intentId(),
        failed.cause().toString());
    work.replacing.remove(failed.intentId());
    if (holds(failed.intentId())) {
      work.signing = Optional.empty();
    }
  }
}
