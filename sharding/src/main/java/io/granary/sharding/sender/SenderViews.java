package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.SenderState;
import io.granary.protocol.sender.SpendBook;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A sender's state seen for one purpose. Pure. */
final class SenderViews {
  private SenderViews() {}

  /** What waits for price and nonce, the most urgent first: by purpose, then by time left. */
  static List<MessageIntent> waiting(SenderState state) {
    return state.openIntents().stream()
        .filter(IntentState.Accepted.class::isInstance)
        .map(IntentState.Open::intent)
        .sorted(
            Comparator.comparingInt(SenderViews::urgency)
                .thenComparing(MessageIntent::lastUsefulEpoch))
        .toList();
  }

  /**
   * What blocks others goes first, then window PoSt, then declarations, and those before sealing.
   */
  private static int urgency(MessageIntent intent) {
    return switch (intent.purpose()) {
      case FILL_GAP -> 0;
      case WINDOW_POST -> 1;
      case RECOVERY, FAULT, REPAY_DEBT -> 2;
      case COMMIT, PRE_COMMIT, PUBLISH -> 3;
      case CREATE_MINER, OTHER -> 4;
      case SETTLE -> 5;
    };
  }

  /** How many signed messages wait for their landing in the lane of {@code purpose}. */
  static long inFlight(SenderState state, MessagePurpose purpose) {
    return state.openIntents().stream()
        .filter(IntentState.Signed.class::isInstance)
        .filter(open -> sameLane(open.intent().purpose(), purpose))
        .count();
  }

  /** How many intents are open in the lane of {@code purpose}. */
  static long open(SenderState state, MessagePurpose purpose) {
    return state.openIntents().stream()
        .filter(open -> sameLane(open.intent().purpose(), purpose))
        .count();
  }

  private static boolean sameLane(MessagePurpose one, MessagePurpose other) {
    return (one == MessagePurpose.WINDOW_POST) == (other == MessagePurpose.WINDOW_POST);
  }

  /** The nonce that {@code open} holds, if it holds one. */
  static Optional<Long> nonce(IntentState.Open open) {
    return open instanceof IntentState.Reserved reserved
        ? Optional.of(reserved.message().nonce())
        : signed(open).map(IntentState.Signed::nonce);
  }

  /** The signings of {@code open}, when it has been signed: on chain or not yet. */
  static Optional<IntentState.Signed> signed(IntentState.Open open) {
    if (open instanceof IntentState.Signed signed) {
      return Optional.of(signed);
    }
    return open instanceof IntentState.Landed landed
        ? Optional.of(landed.signed())
        : Optional.empty();
  }

  static SenderReply.Overview overview(
      SenderDesk desk, SenderState state, TokenAmount reserve, Optional<Epoch> now) {
    SenderWork work = desk.work();
    return new SenderReply.Overview(
        desk.address(),
        state.nextNonce(),
        work.market.map(
            market ->
                new SenderReply.Standing(
                    market.at(), market.baseFee(), market.balance(), reserve, market.chainNonce())),
        now.map(epoch -> spent(desk.settings(), state.spent(), epoch)).orElse(List.of()),
        state.openIntents().stream().map(open -> summary(open, work)).toList());
  }

  private static List<SenderReply.Spent> spent(SenderSettings settings, SpendBook book, Epoch now) {
    return Stream.of(MessagePurpose.values())
        .filter(purpose -> !book.of(purpose, now).isZero())
        .map(
            purpose ->
                new SenderReply.Spent(
                    purpose, book.of(purpose, now), settings.fees(purpose).dailyMax()))
        .toList();
  }

  private static SenderReply.OpenIntent summary(IntentState.Open open, SenderWork work) {
    String id = open.intent().intentId();
    SenderWork.Wait wait =
        Optional.ofNullable(work.waits.get(id))
            .orElseGet(() -> new SenderWork.Wait(waitsFor(open), ""));
    return new SenderReply.OpenIntent(
        id,
        open.intent().purpose(),
        open.getClass().getSimpleName(),
        open.intent().lastUsefulEpoch(),
        signed(open).map(SenderViews::signing),
        wait.reason(),
        wait.detail());
  }

  private static WaitReason waitsFor(IntentState.Open open) {
    if (open instanceof IntentState.Accepted) {
      return WaitReason.PRICE;
    }
    if (open instanceof IntentState.Reserved) {
      return WaitReason.SIGNING;
    }
    return open instanceof IntentState.Signed ? WaitReason.LANDING : WaitReason.CONFIRMATION;
  }

  private static SenderReply.Signing signing(IntentState.Signed signed) {
    IntentState.Variant latest = signed.latest();
    Message message = latest.message().message();
    return new SenderReply.Signing(
        message.nonce(),
        latest.cid(),
        message.gasLimit(),
        message.gasFeeCap(),
        message.gasPremium(),
        signed.variants().size());
  }
}
