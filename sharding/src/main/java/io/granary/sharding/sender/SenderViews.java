package io.granary.sharding.sender;

import io.granary.protocol.address.Address;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.SenderState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A sender's state seen for one purpose. Pure. */
final class SenderViews {
  private SenderViews() {}

  /** What waits for price and nonce, the most urgent first, then in the order it came. */
  static List<MessageIntent> waiting(SenderState state) {
    return state.openIntents().stream()
        .filter(IntentState.Accepted.class::isInstance)
        .map(IntentState.Open::intent)
        .sorted(Comparator.comparingInt(SenderViews::urgency))
        .toList();
  }

  /** A window PoSt goes before a declaration, and that before sealing. */
  private static int urgency(MessageIntent intent) {
    return switch (intent.purpose()) {
      case WINDOW_POST -> 0;
      case RECOVERY, FAULT, REPAY_DEBT, FILL_GAP -> 1;
      case COMMIT, PRE_COMMIT -> 2;
      case CREATE_MINER, OTHER -> 3;
    };
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

  static SenderReply.Overview overview(Address address, SenderState state) {
    return new SenderReply.Overview(
        address,
        state.nextNonce(),
        state.openIntents().stream().map(SenderViews::summary).toList());
  }

  private static SenderReply.OpenIntent summary(IntentState.Open open) {
    Optional<IntentState.Signed> signed = signed(open);
    return new SenderReply.OpenIntent(
        open.intent().intentId(),
        open.intent().purpose(),
        open.getClass().getSimpleName(),
        open.intent().lastUsefulEpoch(),
        signed.map(IntentState.Signed::nonce),
        signed.map(s -> s.latest().cid()));
  }
}
