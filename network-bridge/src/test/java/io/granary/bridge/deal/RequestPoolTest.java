package io.granary.bridge.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.deal.RequestPool.Ticket;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestPoolTest {
  private final PeerId peer = Identity.ofSeed(new byte[32]).peerId();
  private final PeerId other = Identity.generate().peerId();
  private final List<String> seen = new ArrayList<>();
  private final RequestPool pool = new RequestPool(4, 3, 1);

  private Ticket enter() {
    return pool.enter(peer).orElseThrow();
  }

  private Runnable say(String word) {
    return () -> seen.add(word);
  }

  @Test
  void refusesMore_thanAPeerOrAllMayHave() {
    Ticket first = enter();
    enter();
    enter();
    assertThat(pool.enter(peer)).isEmpty();
    assertThat(pool.enter(other)).isPresent();
    assertThat(pool.enter(other)).isEmpty();
    first.close();
    first.close();
    assertThat(pool.tickets()).isEqualTo(3);
    assertThat(pool.enter(peer)).isPresent();
    assertThat(pool.enter(peer)).isEmpty();
  }

  @Test
  void turnsComeInOrder() {
    Ticket first = enter();
    Ticket second = enter();
    Ticket third = enter();
    first.awaitTurn(say("first"));
    second.awaitTurn(say("second"));
    third.awaitTurn(say("third"));
    assertThat(seen).containsExactly("first");
    first.endTurn();
    first.endTurn();
    assertThat(seen).containsExactly("first", "second");
    assertThat(pool.turns()).isEqualTo(1);
    second.endTurn();
    third.endTurn();
    assertThat(seen).containsExactly("first", "second", "third");
    assertThat(pool.turns()).isZero();
  }

  @Test
  void newOnesAreParked_whileSomeWait() {
    Ticket first = enter();
    Ticket second = enter();
    Ticket third = enter();
    first.awaitTurn(say("first"));
    assertThat(second.mayRead(say("read second"))).isTrue();
    second.awaitTurn(say("second"));
    assertThat(third.mayRead(say("read third"))).isFalse();
    first.endTurn();
    assertThat(seen).containsExactly("first", "second", "read third");
  }

  @Test
  void parkedGoOn_whenTheOneThatWaitedIsGone() {
    Ticket first = enter();
    Ticket second = enter();
    Ticket third = enter();
    first.awaitTurn(say("first"));
    second.awaitTurn(say("second"));
    assertThat(third.mayRead(say("read third"))).isFalse();
    second.close();
    assertThat(seen).containsExactly("first", "read third");
    first.endTurn();
    assertThat(seen).doesNotContain("second");
    assertThat(pool.turns()).isZero();
  }

  @Test
  void parkedOneIsForgotten_whenItIsGone() {
    Ticket first = enter();
    Ticket second = enter();
    Ticket third = enter();
    first.awaitTurn(say("first"));
    second.awaitTurn(say("second"));
    assertThat(third.mayRead(say("read third"))).isFalse();
    third.close();
    first.endTurn();
    assertThat(seen).containsExactly("first", "second");
  }
}
