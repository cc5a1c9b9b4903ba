package io.granary.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SenderStatePropertyTest {
  /** Random legal steps over several intents: whatever comes, nonces stay apart and ascending. */
  @Property(tries = 300)
  void nonceIsNeverSharedByOpenIntents_whateverComes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int steps) {
    Random random = new Random(seed);
    SenderState state = SenderState.EMPTY;
    Map<String, Long> held = new HashMap<>();
    for (int i = 0; i < steps; i++) {
      List<SenderEvent> legal = legal(state, held, "i" + random.nextInt(6), random);
      if (legal.isEmpty()) {
        continue;
      }
      SenderEvent event = legal.get(random.nextInt(legal.size()));
      long before = state.nextNonce();
      state = state.on(event);
      note(held, event);
      assertThat(state.nextNonce()).isGreaterThanOrEqualTo(before);
      assertThat(state.reserved().isPresent())
          .isEqualTo(state.openIntents().stream().anyMatch(IntentState.Reserved.class::isInstance));
      Set<Long> nonces = new HashSet<>();
      for (IntentState.Open open : state.openIntents()) {
        if (open instanceof IntentState.Signed signed) {
          assertThat(nonces.add(signed.nonce())).isTrue();
          assertThat(signed.nonce()).isLessThan(state.nextNonce());
        }
      }
    }
  }

  private static List<SenderEvent> legal(
      SenderState state, Map<String, Long> held, String id, Random random) {
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

  private static void note(Map<String, Long> held, SenderEvent event) {
    if (event instanceof SenderEvent.NonceReserved reserved) {
      held.put(event.intentId(), reserved.message().nonce());
    }
  }
}
