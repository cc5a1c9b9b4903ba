package io.granary.protocol.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
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
    SenderLife life = new SenderLife(new Random(seed), 6);
    for (int i = 0; i < steps; i++) {
      long before = life.state().nextNonce();
      life.next();
      SenderState state = life.state();
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
}
