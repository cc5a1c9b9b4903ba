package io.granary.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import io.granary.persistence.cassandra.EmbeddedCassandra;
import io.granary.persistence.cassandra.SharedCassandra;
import io.granary.persistence.schema.Replication;
import io.granary.persistence.schema.SchemaMigrations;
import io.granary.persistence.store.CassandraPieceDeals;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.PieceDeals;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PieceDealsIT {
  private static final String KEYSPACE = "t_wishes_" + UUID.randomUUID().toString().substring(0, 8);
  private static final DealId ONE = DealId.parse("00000000-0000-0000-0000-000000000001");
  private static final DealId TWO = DealId.parse("00000000-0000-0000-0000-000000000002");
  private static final Exposure EXPOSED =
      new Exposure(Optional.of(7L), Optional.of(Cid.dagCborBlake2b(Bytes.fromHex("01"))));

  private static CqlSession session;
  private static PieceDeals deals;

  @BeforeAll
  static void start() {
    session =
        CqlSession.builder()
            .addContactPoint(SharedCassandra.contactPoint())
            .withLocalDatacenter(EmbeddedCassandra.DATA_CENTER)
            .build();
    new SchemaMigrations(session, KEYSPACE).apply(Replication.single());
    deals = new CassandraPieceDeals(session, KEYSPACE);
  }

  @AfterAll
  static void stop() {
    session.close();
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
