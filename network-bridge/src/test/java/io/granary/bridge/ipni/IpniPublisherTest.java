package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.MemoryAdChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several publishers of one peer id, each as on a node of its own. */
class IpniPublisherTest {
  private static final Identity IDENTITY = Identity.generate();
  private static final String PEER = IDENTITY.peerId().toString();
  private static final List<Multiaddr> ADDRESSES =
      List.of(Multiaddr.parse("/dns4/sp.example/tcp/443/https"));

  private final MemoryAdChain store = new MemoryAdChain();
  private final Meddled meddled = new Meddled(store);
  private final IpniPublisher one = publisher(meddled);
  private final IpniPublisher two = publisher(store);

  private static IpniPublisher publisher(AdChain chain) {
    return new IpniPublisher(IDENTITY, ADDRESSES, chain, race -> {});
  }

  @Test
  void goesOnAfterTheOther_whenTheRaceForTheHeadIsLost() throws IOException {
    meddled.before.add(() -> advertise(two, 2));
    Optional<Cid> by = advertise(one, 1);
    assertThat(by).isPresent();
    assertThat(replayed(store)).containsOnlyKeys(context(1), context(2));
    assertThat(store.head(PEER)).isCompletedWithValue(by);
    assertThat(one.advertised()).isEqualTo(two.advertised());
    assertThat(one.advertised().pieces()).containsEntry(piece(1), by.orElseThrow()).hasSize(2);
  }

  @Test
  void advertisesAPieceOnce_whenTheOtherDoesMeanwhile() {
    meddled.before.add(
        () -> {
          advertise(two, 2);
          advertise(two, 1);
        });
    assertThat(advertise(one, 1)).isEmpty();
    assertThat(replayed(store)).containsOnlyKeys(context(1), context(2));
  }

  @Test
  void advertisesAPieceOnce_whenTheOtherDoesRightBeforeTheHeadIsRead() {
    meddled.beforeHead.add(() -> advertise(two, 1));
    assertThat(advertise(one, 1)).isEmpty();
    assertThat(replayed(store)).containsOnlyKeys(context(1));
  }

  @Test
  void publishesOnce_whenBothMakeTheSameAdvertisement() {
    List<Optional<Cid>> others = new ArrayList<>();
    meddled.before.add(() -> others.add(advertise(two, 1)));
    assertThat(List.of(advertise(one, 1))).isEqualTo(others);
    assertThat(chain(store)).hasSize(1);
  }

  @Test
  void takesBackOnce_whenTheOtherDoesMeanwhile() throws IOException {
    assertThat(advertise(one, 1)).isPresent();
    meddled.before.add(
        () -> {
          assertThat(remove(two, 1)).isTrue();
          advertise(two, 2);
          assertThat(remove(two, 2)).isTrue();
        });
    assertThat(one.remove(piece(1))).isFalse();
    assertThat(replayed(store)).isEmpty();
    assertThat(one.advertised().pieces()).isEmpty();
    assertThat(advertise(one, 1)).isPresent();
    assertThat(replayed(store)).containsOnlyKeys(context(1));
  }

  @Test
  void findsOutWhetherItMoved_whenTheAnswerIsLost() {
    meddled.lost.addAll(List.of(false, true));
    Optional<Cid> by = advertise(one, 1);
    assertThat(by).isPresent();
    assertThat(meddled.lost).isEmpty();
    assertThat(store.advertised(PEER, context(1))).isCompletedWithValue(by);
    assertThat(replayed(store)).containsOnlyKeys(context(1));
    meddled.lost.addAll(List.of(false, true));
    assertThat(remove(one, 1)).isTrue();
    assertThat(replayed(store)).isEmpty();
  }

  @Test
  void findsItsOwn_whenTheAnswerIsLostAndTheHeadHasMovedOn() {
    meddled.lost.add(true);
    meddled.after.add(() -> advertise(two, 2));
    assertThat(advertise(one, 1)).isPresent();
    assertThat(replayed(store)).containsOnlyKeys(context(1), context(2));
  }

  @Test
  void givesUp_whenTheStoreDoesNotAnswer_andFindsOutAtTheNextLook() throws IOException {
    meddled.lost.addAll(List.of(false, false, false, false));
    assertThatThrownBy(() -> advertise(one, 1)).isInstanceOf(UncheckedIOException.class);
    assertThat(meddled.lost).hasSize(4 - IpniPublisher.UNANSWERED_MAX);
    assertThat(one.advertised().pieces()).isEmpty();
    meddled.lost.clear();
    store.unreachable(true);
    assertThatThrownBy(() -> advertise(one, 1)).hasMessageContaining("chain of advertisements");
    store.unreachable(false);
    assertThat(advertise(one, 1)).isPresent();
    assertThat(replayed(store)).containsOnlyKeys(context(1));
  }

  @Test
  void givesUp_whenEveryRaceIsLost() {
    for (int race = 0; race < IpniPublisher.RACES_MAX; race++) {
      int other = 2 + race;
      meddled.before.add(() -> advertise(two, other));
    }
    assertThatThrownBy(() -> advertise(one, 1))
        .hasMessageContaining("lost " + IpniPublisher.RACES_MAX + " races");
    assertThat(replayed(store)).hasSize(IpniPublisher.RACES_MAX);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void keepsOneChain_whenManyPublishAndAnswersAreLost(long seed) throws Exception {
    int nodes = 3;
    MemoryAdChain shared = new MemoryAdChain(seed, 20);
    Set<Cid> made = new HashSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    try {
      List<Future<Set<Cid>>> runs = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        Random chance = new Random(31 * seed + node);
        runs.add(threads.submit(() -> run(publisher(shared), chance)));
      }
      for (Future<Set<Cid>> run : runs) {
        made.addAll(run.get(30, TimeUnit.SECONDS));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(shared.contexts(PEER).toCompletableFuture().join().advertised())
        .as("seed %d", seed)
        .isEqualTo(replayed(shared));
    assertThat(chain(shared)).as("seed %d", seed).containsAll(made);
    for (int i = 0; i < 12; i++) {
      advertiseAtLast(publisher(shared), i);
    }
    assertThat(replayed(shared)).hasSize(12);
  }

  /** What one node does in random order; one of three takes back. */
  private static Set<Cid> run(IpniPublisher publisher, Random chance) {
    Set<Cid> made = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      int piece = chance.nextInt(12);
      try {
        if (chance.nextInt(3) == 0) {
          remove(publisher, piece);
        } else {
          advertise(publisher, piece).ifPresent(made::add);
        }
      } catch (UncheckedIOException e) {
        assertThat(e).hasMessageContaining("chain of advertisements");
      }
    }
    return made;
  }

  /** As look after look does. */
  private static void advertiseAtLast(IpniPublisher publisher, int piece) {
    for (int look = 0; look < 100; look++) {
      try {
        advertise(publisher, piece);
        return;
      } catch (UncheckedIOException e) {
        assertThat(e).hasMessageContaining("chain of advertisements");
      }
    }
    throw new AssertionError("piece " + piece + " is never advertised");
  }

  /** The advertisements from the newest to the oldest, each by the one after it. */
  private static List<Cid> chain(AdChain chain) {
    List<Cid> found = new ArrayList<>();
    Optional<Cid> next = chain.head(PEER).toCompletableFuture().join();
    while (next.isPresent()) {
      found.add(next.get());
      next = ad(chain, next.get()).previous();
    }
    return found;
  }

  /** What an indexer knows after it has read the chain; nothing is told twice. */
  private static Map<Bytes, Cid> replayed(AdChain chain) {
    Map<Bytes, Cid> contexts = new HashMap<>();
    List<Cid> ads = chain(chain);
    for (int i = ads.size() - 1; i >= 0; i--) {
      Advertisement ad = ad(chain, ads.get(i));
      Cid before =
          ad.removal() ? contexts.remove(ad.contextId()) : contexts.put(ad.contextId(), ads.get(i));
      assertThat(before != null).as("advertised before").isEqualTo(ad.removal());
    }
    return contexts;
  }

  private static Advertisement ad(AdChain chain, Cid cid) {
    return Advertisement.parse(chain.get(PEER, cid).toCompletableFuture().join().orElseThrow());
  }

  private static Optional<Cid> advertise(IpniPublisher publisher, int number) {
    try {
      Bytes multihash = Bytes.concat(Bytes.fromHex("1220"), Sha256.hash(context(number)));
      return publisher
          .advertise(piece(number), List.of(multihash).iterator())
          .map(IpniPublisher.Published::by);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static boolean remove(IpniPublisher publisher, int number) {
    try {
      return publisher.remove(piece(number));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static Bytes context(int number) {
    return Cid.commP(piece(number)).bytes();
  }

  private static Commitment piece(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new Commitment(Bytes.of(bytes));
  }

  /** Lets something happen before moves of the head, and loses answers to them. */
  private static final class Meddled implements AdChain {
    private final AdChain chain;
    private final Deque<Runnable> before = new ArrayDeque<>();
    private final Deque<Runnable> beforeHead = new ArrayDeque<>();
    private final Deque<Runnable> after = new ArrayDeque<>();

    /** Answers that do not come, and whether the head had moved. */
    private final Deque<Boolean> lost = new ArrayDeque<>();

    Meddled(AdChain chain) {
      this.chain = chain;
    }

    @Override
    public CompletionStage<Void> put(String peerId, Cid node, Bytes data) {
      return chain.put(peerId, node, data);
    }

    @Override
    public CompletionStage<Optional<Bytes>> get(String peerId, Cid node) {
      return chain.get(peerId, node);
    }

    @Override
    public CompletionStage<Optional<Cid>> head(String peerId) {
      if (!beforeHead.isEmpty()) {
        beforeHead.remove().run();
      }
      return chain.head(peerId);
    }

    @Override
    public CompletionStage<Optional<Cid>> advertised(String peerId, Bytes contextId) {
      return chain.advertised(peerId, contextId);
    }

    @Override
    public CompletionStage<Contexts> contexts(String peerId) {
      return chain.contexts(peerId);
    }

    @Override
    public CompletionStage<Boolean> move(String peerId, Optional<Cid> from, Cid to, Change change) {
      if (!before.isEmpty()) {
        before.remove().run();
      }
      if (lost.isEmpty()) {
        return chain.move(peerId, from, to, change);
      }
      if (lost.remove()) {
        assertThat(chain.move(peerId, from, to, change)).isCompletedWithValue(true);
      }
      if (!after.isEmpty()) {
        after.remove().run();
      }
      return CompletableFuture.failedStage(new IllegalStateException("no answer"));
    }
  }
}
