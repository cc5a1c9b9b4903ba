package io.granary.protocol.sender;

import static io.granary.protocol.sender.SenderFixtures.accepted;
import static io.granary.protocol.sender.SenderFixtures.landed;
import static io.granary.protocol.sender.SenderFixtures.reserved;
import static io.granary.protocol.sender.SenderFixtures.signed;
import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.machine.MachineMatrix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntentStateTest {
  private static final String ID = "f01000/7/precommit/1";

  /** One intent's way, state by state. */
  private static List<IntentState> states() {
    List<IntentState> states = new ArrayList<>();
    IntentState state = new IntentState.Unknown();
    states.add(state);
    for (SenderEvent event :
        List.of(
            accepted(ID),
            reserved(ID, 4),
            signed(ID, 4),
            landed(ID, 4, 20),
            new SenderEvent.MessageConfirmed(ID, stamp(26)))) {
      state = state.on(event);
      states.add(state);
    }
    return states;
  }

  @Test
  void everyPairIsInTheTableOrRefused_whenWalked() {
    MachineMatrix.check(
        IntentState.TABLE,
        IntentState.class,
        states(),
        SenderEvent.class,
        SenderFixtures.events(ID),
        IntentState::on);
  }

  @Test
  void keepsVariantsAndNonce_whenLandingIsTakenBack() {
    IntentState landed = states().get(4);
    IntentState.Signed again =
        (IntentState.Signed)
            landed.on(new SenderEvent.MessageReverted(ID, SenderFixtures.block(1), stamp(21)));
    assertThat(again.nonce()).isEqualTo(4);
    assertThat(again).isEqualTo(states().get(3));
  }

  @Test
  void holdsOneNonceAtATime_whenSecondIsReserved() {
    SenderState state = SenderState.EMPTY;
    state = state.on(accepted("a"));
    state = state.on(accepted("b"));
    state = state.on(reserved("a", 4));
    SenderState held = state;
    assertThatThrownBy(() -> held.on(reserved("b", 5)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a holds one");
  }

  @Test
  void nextNonceIsAboveEveryReserved_whenReleasedAndSigned() {
    SenderState state = SenderState.EMPTY;
    state = state.on(accepted("a"));
    state = state.on(reserved("a", 4));
    state = state.on(new SenderEvent.NonceReleased("a", 4, stamp(3)));
    assertThat(state.nextNonce()).isEqualTo(5);
    assertThat(state.reserved()).isEmpty();
    state = state.on(reserved("a", 9));
    state = state.on(signed("a", 9));
    assertThat(state.nextNonce()).isEqualTo(10);
  }

  @Test
  void endIsToldAgainAndThenForgotten_whenTimePasses() {
    SenderState state = SenderState.EMPTY;
    state = state.on(accepted("a"));
    state = state.on(reserved("a", 0));
    state = state.on(signed("a", 0));
    state = state.on(landed("a", 0, 20));
    state = state.on(new SenderEvent.MessageConfirmed("a", stamp(26)));
    assertThat(state.openCount()).isZero();
    assertThat(state.of("a")).isInstanceOf(IntentState.Settled.class);

    long later = 100 + SenderState.SETTLED_RETENTION_EPOCHS + 1;
    state =
        state.on(
            new SenderEvent.IntentAccepted(
                SenderFixtures.intent("b"), SenderFixtures.SECTOR, stamp(later)));
    state =
        state.on(
            new SenderEvent.IntentGivenUp(
                "b", MessageReport.GaveUp.Kind.REFUSED, "exit code 16", stamp(later)));
    assertThat(state.of("a")).isInstanceOf(IntentState.Unknown.class);
  }
}
