package io.granary.protocol.sender;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A random life of a sender: only steps that its table allows, over a bounded set of intents. */
public final class SenderLife {
  private final Random random;
  private final int intents;
  private final Map<String, Long> held = new HashMap<>();
  private SenderState state = SenderState.EMPTY;

  /** A life that {@code random} decides, of at most {@code intents} intents. */
  public SenderLife(Random random, int intents) {
    this.random = random;
    this.intents = intents;
  }

  public SenderState state() {
    return state;
  }

  /** The next event, already taken in; empty when the intent that was drawn has come to its end. */
  public Optional<SenderEvent> next() {
    List<SenderEvent> legal = legal("i" + random.nextInt(intents));
    if (legal.isEmpty()) {
      return Optional.empty();
    }
    SenderEvent event = legal.get(random.nextInt(legal.size()));
    state = state.on(event);
    if (event instanceof SenderEvent.NonceReserved reserved) {
      held.put(event.intentId(), reserved.message().nonce());
    }
    return Optional.of(event);
  }

  private List<SenderEvent> legal(String id) {
    List<SenderEvent> legal = new ArrayList<>();
    long nonce = held.getOrDefault(id, 0L);
    for (SenderEvent event : SenderFixtures.events(id)) {
      if (!IntentState.TABLE.allows(state.of(id).getClass(), event.getClass())) {
        continue;
      }
      if (event instanceof SenderEvent.NonceReserved) {
        if (state.reserved().isEmpty()) {
          legal.add(SenderFixtures.reserved(id, state.nextNonce() + random.nextInt(3)));
        }
      } else if (event instanceof SenderEvent.MessageSigned) {
        legal.add(SenderFixtures.signed(id, nonce));
      } else if (event instanceof SenderEvent.MessageReplaced) {
        SenderEvent.MessageSigned signed = SenderFixtures.signed(id, nonce);
        legal.add(
            new SenderEvent.MessageReplaced(id, signed.cid(), signed.message(), signed.stamp()));
      } else {
        legal.add(event);
      }
    }
    return legal;
  }
}
