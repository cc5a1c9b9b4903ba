package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.piece.Commitment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order of bridges for many pieces, as each bridge sees it. */
class BridgeTurnsTest {
  private static final int PIECES = 2000;
  private static final List<String> BRIDGES =
      IntStream.range(1, 6).mapToObj(i -> "granary@10.0.0." + i + ":25520").toList();

  private static List<Commitment> pieces() {
    Random random = new Random(11);
    return Stream.generate(
            () -> {
              byte[] bytes = new byte[32];
              random.nextBytes(bytes);
              bytes[31] &= 0x3f;
              return new Commitment(Bytes.of(bytes));
            })
        .limit(PIECES)
        .toList();
  }

  /** By what each of them says of itself. */
  private static List<String> order(Commitment piece, List<String> bridges) {
    List<String> order = new ArrayList<>(Collections.nCopies(bridges.size(), ""));
    bridges.forEach(
        own -> {
          int turn = BridgeTurns.before(piece, own, bridges);
          assertThat(order.set(turn, own)).as("two have turn %s", turn).isEmpty();
        });
    return order;
  }

  @Test
  void eachHasATurnOfItsOwn_howeverTheMembersAreListed() {
    List<String> shuffled = new ArrayList<>(BRIDGES);
    Collections.shuffle(shuffled, new Random(3));
    for (Commitment piece : pieces()) {
      assertThat(order(piece, shuffled)).isEqualTo(order(piece, BRIDGES));
    }
  }

  @Test
  void theOthersKeepTheirOrder_whenOneJoins() {
    List<String> more = new ArrayList<>(BRIDGES);
    more.add("granary@10.0.0.9:25520");
    for (Commitment piece : pieces()) {
      List<String> order = order(piece, more);
      order.remove("granary@10.0.0.9:25520");
      assertThat(order).isEqualTo(order(piece, BRIDGES));
    }
  }

  @Test
  void eachGoesFirstForItsShareOfThePieces() {
    Map<String, Integer> first = new HashMap<>();
    pieces().forEach(piece -> first.merge(order(piece, BRIDGES).get(0), 1, Integer::sum));
    assertThat(first.keySet()).containsExactlyInAnyOrderElementsOf(BRIDGES);
    int share = PIECES / BRIDGES.size();
    assertThat(first.values())
        .allSatisfy(count -> assertThat(count).isBetween(share / 2, share * 2));
  }

  @Test
  void oneGoesFirst_whenNamesHaveOneHash() {
    List<String> alike = List.of("granary@Aa:1", "granary@BB:1");
    assertThat(alike.get(0)).hasSameHashCodeAs(alike.get(1));
    pieces().forEach(piece -> order(piece, alike));
  }

  @Test
  void nobodyGoesFirst_whenThereIsNoOther() {
    Commitment piece = pieces().get(0);
    assertThat(BridgeTurns.before(piece, BRIDGES.get(0), List.of())).isZero();
    assertThat(BridgeTurns.before(piece, BRIDGES.get(0), List.of(BRIDGES.get(0)))).isZero();
  }
}
