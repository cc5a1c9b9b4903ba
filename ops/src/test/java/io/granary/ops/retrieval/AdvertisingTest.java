package io.granary.ops.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.ipni.Announcer;
import io.granary.bridge.ipni.IpniPublisher;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.MemoryPieceDeals;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.AdChain;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.MemoryAdChain;
import io.granary.protocol.port.PieceDeals.Standing;
import io.granary.protocol.port.PieceDeals.Wish;
import io.granary.protocol.port.PieceIndex;
import io.granary.protocol.port.PieceReader;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdvertisingTest {
  private static final Duration REMOVE_AFTER = Duration.ofHours(24);
  private static final List<Multiaddr> ADDRESSES =
      List.of(Multiaddr.parse("/dns4/sp.example/tcp/443/https"));
  private static final IndexedPiece ONE = piece(1);
  private static final IndexedPiece TWO = piece(2);

  @TempDir private Path folder;

  private final Identity identity = Identity.generate();
  private final MemoryAdChain chain = new MemoryAdChain();
  private final MemoryPieceDeals deals = new MemoryPieceDeals();
  private final PieceWants wants = new PieceWants(deals);
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private long sequence;
  private @Nullable Advertising started;

  private Advertising advertising() throws IOException {
    Advertising before = started;
    if (before != null) {
      return before;
    }
    Advertising made = node();
    started = made;
    return made;
  }

  /** One of several nodes. */
  private Advertising node() throws IOException {
    Announcer announcer =
        new Announcer(
            HttpClient.newHttpClient(),
            List.of(),
            ADDRESSES,
            identity.peerId(),
            Duration.ofSeconds(1));
    IpniPublisher publisher = new IpniPublisher(identity, ADDRESSES, chain);
    return new Advertising(publisher, announcer, index(), folder, REMOVE_AFTER, () -> now);
  }

  private static PieceIndex index() {
    return (PieceIndex)
        Proxy.newProxyInstance(
            PieceIndex.class.getClassLoader(),
            new Class<?>[] {PieceIndex.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("blocks");
              Bytes hash = ((Commitment) arguments[0]).bytes();
              return CompletableFuture.completedStage(
                  List.of(new PieceIndex.Block(Bytes.concat(Bytes.fromHex("1220"), hash), 0, 1)));
            });
  }

  private static IndexedPiece piece(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    PieceInfo info = new PieceInfo(new Commitment(Bytes.of(bytes)), 2048);
    return new IndexedPiece(info, 1000, 1, 1, IndexedPiece.Stage.COMPLETE);
  }

  private void wishes(IndexedPiece piece, int deal, Standing standing, boolean announce) {
    DealId id = DealId.parse("00000000-0000-0000-0000-00000000000" + deal);
    Wish wish = new Wish(id, standing, announce, true);
    assertThat(deals.put(piece.piece().commP(), wish, ++sequence)).isCompleted();
  }

  /** A look of the node at {@code here}, all indexed. */
  private Set<Commitment> look(IndexedPiece... here) throws IOException {
    Set<Commitment> pieces =
        Arrays.stream(here).map(each -> each.piece().commP()).collect(Collectors.toSet());
    Set<Commitment> concerned = new HashSet<>(pieces);
    concerned.addAll(advertising().advertised().pieces().keySet());
    wants.refresh(concerned);
    advertising().settle(pieces, List.of(here), wants);
    return advertising().advertised().pieces().keySet();
  }

  @Test
  void advertisesThePiecesOfNoDeal_andTellsNobodyElse() throws IOException {
    assertThat(look(ONE, TWO)).containsExactlyInAnyOrder(commP(ONE), commP(TWO));
    assertThat(deals.exposure(commP(ONE))).isEqualTo(Exposure.NONE);
  }

  @Test
  void advertisesNothing_whenTheDealDoesNotWantIt() throws IOException {
    wishes(ONE, 1, Standing.LIVE, false);
    wishes(TWO, 2, Standing.LIVE, true);
    assertThat(look(ONE, TWO)).containsExactly(commP(TWO));
    wishes(ONE, 3, Standing.LIVE, true);
    assertThat(look(ONE, TWO)).contains(commP(ONE));
  }

  @Test
  void waits_whileTheDealsSectorIsNotSealed() throws IOException {
    wishes(ONE, 1, Standing.COMING, true);
    assertThat(look(ONE)).isEmpty();
    wishes(ONE, 1, Standing.LIVE, true);
    assertThat(look(ONE)).containsExactly(commP(ONE));
    wishes(ONE, 1, Standing.COMING, true);
    assertThat(look(ONE)).as("a re-org took the publication back").containsExactly(commP(ONE));
  }

  @Test
  void takesBackAtOnce_whenTheLastLiveDealEnds() throws IOException {
    wishes(ONE, 1, Standing.LIVE, true);
    wishes(ONE, 2, Standing.LIVE, true);
    assertThat(look(ONE)).containsExactly(commP(ONE));
    wishes(ONE, 1, Standing.ENDED, true);
    assertThat(look(ONE)).containsExactly(commP(ONE));
    wishes(ONE, 2, Standing.ENDED, true);
    assertThat(look(ONE)).isEmpty();
    assertThat(deals.exposure(commP(ONE)).advertisement()).isEmpty();
    wishes(ONE, 3, Standing.LIVE, true);
    assertThat(look(ONE)).containsExactly(commP(ONE));
  }

  @Test
  void takesBack_whenTheDealEndsWhileThePieceIsAway() throws IOException {
    wishes(ONE, 1, Standing.LIVE, true);
    assertThat(look(ONE)).hasSize(1);
    assertThat(look()).hasSize(1);
    wishes(ONE, 1, Standing.ENDED, true);
    assertThat(look()).isEmpty();
  }

  @Test
  void takesBackAfterAWhile_whenThePieceIsGone_andAdvertisesItAgain() throws IOException {
    assertThat(look(ONE)).hasSize(1);
    assertThat(look()).hasSize(1);
    now = now.plus(REMOVE_AFTER);
    assertThat(look()).isEmpty();
    assertThat(look(ONE)).hasSize(1);
  }

  @Test
  void tellsTheDealsByWhichAdvertisement() throws IOException {
    wishes(ONE, 1, Standing.LIVE, true);
    wishes(TWO, 2, Standing.LIVE, true);
    assertThat(look(ONE, TWO)).hasSize(2);
    Exposure one = deals.exposure(commP(ONE));
    Exposure two = deals.exposure(commP(TWO));
    assertThat(one.advertisement()).isPresent().isNotEqualTo(two.advertisement());
    look(ONE, TWO);
    assertThat(deals.exposure(commP(ONE))).isEqualTo(one);
  }

  @Test
  void publishesOnce_whenTwoNodesLook() throws IOException {
    wishes(ONE, 1, Standing.LIVE, true);
    assertThat(look(ONE)).containsExactly(commP(ONE));
    AdChain.Contexts first = contexts();
    Advertising other = node();
    other.settle(Set.of(commP(ONE)), List.of(ONE), wants);
    assertThat(contexts()).isEqualTo(first);
    other.settle(Set.of(commP(ONE), commP(TWO)), List.of(ONE, TWO), asked(commP(TWO)));
    assertThat(look(ONE, TWO)).containsExactlyInAnyOrder(commP(ONE), commP(TWO));
    assertThat(contexts().advertised()).containsAllEntriesOf(first.advertised()).hasSize(2);
    wishes(ONE, 1, Standing.ENDED, true);
    assertThat(look(ONE, TWO)).containsExactly(commP(TWO));
    assertThat(other.advertised().pieces().keySet()).containsExactly(commP(TWO));
  }

  private PieceWants asked(Commitment piece) throws IOException {
    wants.refresh(Set.of(commP(ONE), piece));
    return wants;
  }

  private AdChain.Contexts contexts() {
    return chain.contexts(identity.peerId().toString()).toCompletableFuture().join();
  }

  @Test
  void changesNothing_whileTheChainIsAway() throws IOException {
    assertThat(look(ONE)).hasSize(1);
    chain.unreachable(true);
    assertThatThrownBy(() -> look(ONE, TWO)).isInstanceOf(IOException.class);
    chain.unreachable(false);
    assertThat(advertising().advertised().pieces().keySet()).containsExactly(commP(ONE));
    assertThat(look(ONE, TWO)).hasSize(2);
  }

  @Test
  void changesNothing_whileTheStoreIsAway() throws IOException {
    wishes(ONE, 1, Standing.LIVE, true);
    assertThat(look(ONE)).hasSize(1);
    wishes(ONE, 1, Standing.ENDED, true);
    deals.unreachable(true);
    assertThatThrownBy(() -> look(ONE, TWO)).isInstanceOf(IOException.class);
    assertThat(advertising().advertised().pieces().keySet()).containsExactly(commP(ONE));
    deals.unreachable(false);
    assertThat(look(ONE, TWO)).containsExactly(commP(TWO));
  }

  @Test
  void servesNoLonger_whenAllDealsHaveEnded() throws IOException {
    PieceReader reader =
        new LivePieces(piece -> new PieceReader.Lookup.Unknown(), wants, piece -> false);
    wishes(ONE, 1, Standing.LIVE, false);
    look(ONE, TWO);
    assertThat(reader.find(commP(ONE))).isInstanceOf(PieceReader.Lookup.Unknown.class);
    wishes(ONE, 1, Standing.ENDED, false);
    look(ONE, TWO);
    assertThat(reader.find(commP(ONE))).isInstanceOf(PieceReader.Lookup.NoCopy.class);
    assertThat(reader.find(commP(TWO))).isInstanceOf(PieceReader.Lookup.Unknown.class);
  }

  @Test
  void asksAboutManyPiecesInTurn() throws IOException {
    Set<Commitment> many =
        IntStream.range(0, 2 * PieceWants.ASKED_PER_LOOK_MAX)
            .mapToObj(AdvertisingTest::numbered)
            .collect(Collectors.toSet());
    wants.refresh(many);
    assertThat(asked(many)).isEqualTo(PieceWants.ASKED_PER_LOOK_MAX);
    wants.refresh(many);
    assertThat(asked(many)).isEqualTo(many.size());
  }

  private long asked(Set<Commitment> pieces) {
    return pieces.stream().filter(piece -> wants.advert(piece) == PieceWants.Advert.WANTED).count();
  }

  private static Commitment numbered(int number) {
    return new Commitment(Bytes.of(ByteBuffer.allocate(32).putInt(number).array()));
  }

  private static Commitment commP(IndexedPiece piece) {
    return piece.piece().commP();
  }
}
