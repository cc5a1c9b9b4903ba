package io.granary.protocol.sender;

import io.granary.protocol.Epoch;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The messages of one address: every open intent, the recent ends, and the next nonce of our own.
 * Mutable, because a copy for each event of a busy sender would cost more than all else it does; it
 * belongs to the one actor that replays into it.
 */
public final class SenderState {
  /** How long after its last useful epoch an intent's end is told again on asking. */
  public static final long SETTLED_RETENTION_EPOCHS = 1_000;

  /** How many ends are kept at most, the oldest go first. */
  public static final int SETTLED_MAX = 20_000;

  private final Map<String, IntentState.Open> open = new LinkedHashMap<>();
  private final Map<String, IntentState.Settled> settled = new LinkedHashMap<>();
  private long nextNonce;
  private Optional<String> reserved = Optional.empty();

  /** Applies {@code event} and returns this. */
  public SenderState on(SenderEvent event) {
    String id = event.intentId();
    IntentState next = of(id).on(event);
    if (event instanceof SenderEvent.NonceReserved nonce) {
      if (reserved.isPresent()) {
        throw new IllegalStateException(
            "intent " + id + ": nonce reserved while " + reserved.get() + " holds one");
      }
      reserved = Optional.of(id);
      nextNonce = Math.max(nextNonce, nonce.message().nonce() + 1);
    } else if (event instanceof SenderEvent.MessageSigned
        || event instanceof SenderEvent.NonceReleased) {
      reserved = Optional.empty();
    }
    if (next instanceof IntentState.Settled end) {
      open.remove(id);
      settled.put(id, end);
      forgetOld(event.epoch());
    } else {
      open.put(id, (IntentState.Open) next);
    }
    return this;
  }

  private void forgetOld(Epoch epoch) {
    Iterator<IntentState.Settled> oldest = settled.values().iterator();
    while (oldest.hasNext() && settled.size() > SETTLED_MAX) {
      oldest.next();
      oldest.remove();
    }
    settled.values().removeIf(end -> epoch.since(end.lastUsefulEpoch()) > SETTLED_RETENTION_EPOCHS);
  }

  /**
   * Where {@code intentId} stands; {@link IntentState.Unknown} when nobody asked or it is long ago.
   */
  public IntentState of(String intentId) {
    IntentState.Open known = open.get(intentId);
    if (known != null) {
      return known;
    }
    IntentState.Settled end = settled.get(intentId);
    return end != null ? end : new IntentState.Unknown();
  }

  /** The open intents in the order they were accepted. */
  public Collection<IntentState.Open> open() {
    return List.copyOf(open.values());
  }

  public int openCount() {
    return open.size();
  }

  /** The ends still remembered, oldest first. */
  public Collection<IntentState.Settled> settled() {
    return List.copyOf(settled.values());
  }

  /** The one intent that holds a nonce and is not signed, if any. */
  public Optional<IntentState.Reserved> reserved() {
    return reserved.map(id -> (IntentState.Reserved) of(id));
  }

  /** One above the highest nonce ever reserved here; the chain node may know of a higher one. */
  public long nextNonce() {
    return nextNonce;
  }
}
