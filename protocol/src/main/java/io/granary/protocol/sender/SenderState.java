package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The messages of one address.
 *
 * @param open by intent id, in the order they were accepted
 * @param settled the recent ends by intent id, oldest first
 * @param nextNonce one above the highest nonce ever reserved here; the chain node may know of a
 *     higher one
 * @param reservedBy the one intent that holds a nonce and is not signed, if any
 * @param spent what the messages signed today may cost
 */
public record SenderState(
    Map<String, IntentState.Open> open,
    Map<String, IntentState.Settled> settled,
    long nextNonce,
    Optional<String> reservedBy,
    SpendBook spent) {
  /** Before anything was asked. */
  public static final SenderState EMPTY =
      new SenderState(Map.of(), Map.of(), 0, Optional.empty(), SpendBook.EMPTY);

  /** How long after its last useful epoch an intent's end is told again on asking. */
  public static final long SETTLED_RETENTION_EPOCHS = 1_000;

  /** How many ends are kept at most, the oldest go first. */
  public static final int SETTLED_MAX = 10_000;

  public SenderState {
    open = Collections.unmodifiableMap(open);
    settled = Collections.unmodifiableMap(settled);
  }

  /**
   * The state after {@code event}.
   *
   * @throws IllegalStateException when the event cannot come here
   */
  public SenderState on(SenderEvent event) {
    String id = event.intentId();
    IntentState next = of(id).on(event);
    long nonceAfter = nextNonce;
    Optional<String> reservedAfter = reservedBy;
    if (event instanceof SenderEvent.NonceReserved nonce) {
      if (reservedBy.isPresent()) {
        throw new IllegalStateException(
            "intent " + id + ": nonce reserved while " + reservedBy.get() + " holds one");
      }
      reservedAfter = Optional.of(id);
      nonceAfter = Math.max(nextNonce, nonce.message().nonce() + 1);
    } else if (event instanceof SenderEvent.MessageSigned
        || event instanceof SenderEvent.NonceReleased) {
      reservedAfter = Optional.empty();
    }
    SpendBook spentAfter = spentWith(id, event);
    Map<String, IntentState.Open> openAfter = new LinkedHashMap<>(open);
    if (next instanceof IntentState.Settled end) {
      openAfter.remove(id);
      return new SenderState(
          openAfter, settledWith(id, end, event.epoch()), nonceAfter, reservedAfter, spentAfter);
    }
    openAfter.put(id, (IntentState.Open) next);
    return new SenderState(openAfter, settled, nonceAfter, reservedAfter, spentAfter);
  }

  /** What is signed counts when it is signed; signed again, with what it may cost more. */
  private SpendBook spentWith(String id, SenderEvent event) {
    if (event instanceof SenderEvent.MessageSigned signed
        && open.get(id) instanceof IntentState.Reserved before) {
      return spent.plus(
          before.intent().purpose(), signed.message().message().gasCostMax(), event.epoch());
    }
    if (event instanceof SenderEvent.MessageReplaced replaced
        && open.get(id) instanceof IntentState.Signed before) {
      TokenAmount more =
          replaced
              .message()
              .message()
              .gasCostMax()
              .minus(before.latest().message().message().gasCostMax());
      return more.isNegative() ? spent : spent.plus(before.intent().purpose(), more, event.epoch());
    }
    return spent;
  }

  private Map<String, IntentState.Settled> settledWith(
      String id, IntentState.Settled end, Epoch epoch) {
    Map<String, IntentState.Settled> after = new LinkedHashMap<>(settled);
    after.put(id, end);
    after.values().removeIf(each -> epoch.since(each.lastUsefulEpoch()) > SETTLED_RETENTION_EPOCHS);
    Iterator<IntentState.Settled> oldest = after.values().iterator();
    for (int excess = after.size() - SETTLED_MAX; excess > 0; excess--) {
      oldest.next();
      oldest.remove();
    }
    return after;
  }

  /** Where {@code intentId} stands; {@link IntentState.Unknown} when unasked or long ago. */
  public IntentState of(String intentId) {
    IntentState.Open known = open.get(intentId);
    if (known != null) {
      return known;
    }
    IntentState.Settled end = settled.get(intentId);
    return end != null ? end : new IntentState.Unknown();
  }

  /** The open intents in the order they were accepted. */
  public Collection<IntentState.Open> openIntents() {
    return List.copyOf(open.values());
  }

  public int openCount() {
    return open.size();
  }

  /** The intent that holds a nonce and is not signed, if any. */
  public Optional<IntentState.Reserved> reserved() {
    return reservedBy.map(id -> (IntentState.Reserved) of(id));
  }
}
