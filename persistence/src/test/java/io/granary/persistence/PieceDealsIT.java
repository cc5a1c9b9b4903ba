package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.DriverException;
import io.granary.persistence.store.CassandraAdChain;
import io.granary.persistence.store.CassandraPieceDeals;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.PieceDeals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What deals want of pieces, and what is advertised of them. */
class PieceDealsIT {
  private static final DealId ONE = DealId.parse("00000000-0000-0000-0000-000000000001");
  private static final DealId TWO = DealId.parse("00000000-0000-0000-0000-000000000002");
  private static final Exposure EXPOSED =
      new Exposure(Optional.of(7L), Optional.of(Cid.dagCborBlake2b(Bytes.fromHex("01"))));

  private static final String UNSURE = "unsure";

  private static OwnKeyspace keyspace;
  private static PieceDeals deals;
  private static AdChain chain;

  @BeforeAll
  static void start() {
    keyspace = OwnKeyspace.make("wishes");
    deals = new CassandraPieceDeals(keyspace.session(), keyspace.name());
    chain = new CassandraAdChain(keyspace.session(), keyspace.name());
  }

  @AfterAll
  static void stop() {
    keyspace.close();
  }

  @Test
  void tellsTheNewestWishOfEachDeal_whateverOrderTheyCameIn() throws Exception {
    Commitment piece = piece(1);
    PieceDeals.Wish live = new PieceDeals.Wish(ONE, PieceDeals.Standing.LIVE, true, false);
    PieceDeals.Wish ended = new PieceDeals.Wish(ONE, PieceDeals.Standing.ENDED, true, false);
    PieceDeals.Wish silent = new PieceDeals.Wish(TWO, PieceDeals.Standing.COMING, false, true);
    done(deals.put(piece, ended, 9));
    done(deals.put(piece, live, 7));
    done(deals.put(piece, silent, 3));
    done(deals.put(piece(2), live, 1));
    assertThat(get(deals.of(piece)))
        .isEqualTo(new PieceDeals.OfPiece(List.of(ended, silent), Exposure.NONE));
    done(deals.expose(piece, EXPOSED));
    assertThat(get(deals.of(piece)))
        .isEqualTo(new PieceDeals.OfPiece(List.of(ended, silent), EXPOSED));
  }

  @Test
  void tellsHowFarAPieceCanBeFound_whenItHasNoDeal() throws Exception {
    Commitment piece = piece(3);
    assertThat(get(deals.of(piece))).isEqualTo(new PieceDeals.OfPiece(List.of(), Exposure.NONE));
    done(deals.expose(piece, EXPOSED));
    assertThat(get(deals.of(piece))).isEqualTo(new PieceDeals.OfPiece(List.of(), EXPOSED));
    Exposure back = new Exposure(Optional.of(7L), Optional.empty());
    done(deals.expose(piece, back));
    assertThat(get(deals.of(piece)).exposure()).isEqualTo(back);
  }

  @Test
  void movesTheHeadByOne_whenManyRace() throws Exception {
    Optional<Cid> head = Optional.empty();
    Map<Bytes, Cid> advertised = new HashMap<>();
    for (int round = 0; round < 5; round++) {
      Optional<Cid> from = head;
      int base = 12 * round;
      List<CompletableFuture<Boolean>> moves =
          IntStream.range(base, base + 12)
              .mapToObj(i -> advertise("raced", from, i).toCompletableFuture())
              .toList();
      int winner = -1;
      for (int i = 0; i < moves.size(); i++) {
        if (get(moves.get(i))) {
          assertThat(winner).as("winner of round %d", round).isEqualTo(-1);
          winner = base + i;
        }
      }
      assertThat(winner).as("winner of round %d", round).isNotNegative();
      head = Optional.of(node(winner));
      advertised.put(context(winner), node(winner));
      assertThat(get(chain.head("raced"))).isEqualTo(head);
      assertThat(get(chain.contexts("raced"))).isEqualTo(new AdChain.Contexts(head, advertised));
    }
  }

  @Test
  void changesAContextWithTheHead_orNeither() throws Exception {
    assertThat(get(chain.contexts("one"))).isEqualTo(AdChain.Contexts.NONE);
    assertThat(get(chain.head("one"))).isEmpty();
    assertThat(get(advertise("one", Optional.of(node(9)), 1))).isFalse();
    assertThat(get(advertise("one", Optional.empty(), 1))).isTrue();
    assertThat(get(advertise("one", Optional.empty(), 1))).as("tried again").isTrue();
    assertThat(get(advertise("one", Optional.empty(), 2))).isFalse();
    assertThat(get(chain.advertised("one", context(1)))).contains(node(1));
    assertThat(get(chain.advertised("one", context(2)))).isEmpty();
    AdChain.Change back = new AdChain.Change.TakenBack(context(1));
    assertThat(get(chain.move("one", Optional.of(node(2)), node(3), back))).isFalse();
    assertThat(get(chain.advertised("one", context(1)))).contains(node(1));
    assertThat(get(chain.move("one", Optional.of(node(1)), node(3), back))).isTrue();
    assertThat(get(chain.contexts("one")))
        .isEqualTo(new AdChain.Contexts(Optional.of(node(3)), Map.of()));
    assertThat(get(chain.head("one"))).contains(node(3));
    assertThat(get(advertise("one", Optional.of(node(3)), 1))).isTrue();
    assertThat(get(chain.contexts("another"))).isEqualTo(AdChain.Contexts.NONE);
  }

  @Test
  void keepsOneChain_whenAnswersToMovesAreLost() throws Exception {
    int publishers = 3;
    int pieces = 12;
    LosingSession losing = new LosingSession(keyspace.session());
    AdChain unsure = new CassandraAdChain(losing.session(), keyspace.name());
    ExecutorService threads = Executors.newFixedThreadPool(publishers);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int publisher = 0; publisher < publishers; publisher++) {
        int first = 4 * publisher;
        runs.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < pieces; i++) {
                    publish(unsure, new AdChain.Change.Advertised(context((first + i) % pieces)));
                  }
                  return first;
                }));
      }
      for (Future<?> run : runs) {
        assertThat(run.get(60, TimeUnit.SECONDS)).isNotNull();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(told().values()).as("each once").containsOnly(1).hasSize(pieces);
    assertThat(get(chain.contexts(UNSURE)).advertised().keySet()).isEqualTo(told().keySet());

    publish(unsure, new AdChain.Change.TakenBack(context(5)));
    assertThat(told()).containsEntry(context(5), 2).hasSize(pieces);
    assertThat(get(chain.contexts(UNSURE)).advertised())
        .hasSize(pieces - 1)
        .doesNotContainKey(context(5));
    assertThat(losing.lostAfterMove()).as("moves that took place unanswered").isPositive();
  }

  /** As a publisher does: what is in doubt it finds out from the context. */
  private static void publish(AdChain unsure, AdChain.Change change) throws Exception {
    boolean wanted = change instanceof AdChain.Change.Advertised;
    for (int race = 0; race < 200; race++) {
      Optional<Cid> head = get(unsure.head(UNSURE));
      if (get(unsure.advertised(UNSURE, change.contextId())).isPresent() == wanted) {
        return;
      }
      Bytes ad = Bytes.concat(change.contextId(), head.map(Cid::bytes).orElse(Bytes.empty()));
      Cid cid = Cid.of(Cid.DAG_CBOR, Cid.SHA2_256, Sha256.hash(ad));
      done(unsure.put(UNSURE, cid, ad));
      try {
        if (get(unsure.move(UNSURE, head, cid, change))) {
          return;
        }
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(DriverException.class);
      }
    }
    throw new AssertionError("every race is lost");
  }

  /** How often each context is told of along the chain, from its head to its beginning. */
  private static Map<Bytes, Integer> told() throws Exception {
    Map<Bytes, Integer> told = new HashMap<>();
    int length = context(0).length();
    Optional<Cid> next = get(chain.head(UNSURE));
    while (next.isPresent()) {
      Bytes ad = get(chain.get(UNSURE, next.get())).orElseThrow();
      told.merge(ad.slice(0, length), 1, Integer::sum);
      next =
          ad.length() == length
              ? Optional.empty()
              : Optional.of(Cid.fromBytes(ad.slice(length, ad.length() - length)));
    }
    return told;
  }

  @Test
  void keepsNodesOfEachPeer() throws Exception {
    Bytes large = Bytes.of(new byte[2 << 20]);
    done(chain.put("one", node(1), large));
    assertThat(get(chain.get("one", node(1)))).contains(large);
    assertThat(get(chain.get("one", node(2)))).isEmpty();
    assertThat(get(chain.get("another", node(1)))).isEmpty();
    Bytes tooLarge = Bytes.of(new byte[AdChain.NODE_BYTES_MAX + 1]);
    assertThatThrownBy(() -> chain.put("one", node(2), tooLarge))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CompletionStage<Boolean> advertise(String peer, Optional<Cid> from, int number) {
    return chain.move(peer, from, node(number), new AdChain.Change.Advertised(context(number)));
  }

  private static Bytes context(int number) {
    return Cid.commP(piece(number)).bytes();
  }

  private static Cid node(int number) {
    return Cid.of(Cid.DAG_CBOR, Cid.SHA2_256, Sha256.hash(context(number)));
  }

  private static Commitment piece(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new Commitment(Bytes.of(bytes));
  }

  private static void done(CompletionStage<Void> stage) throws Exception {
    boolean unused = get(stage.thenApply(nothing -> true));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
