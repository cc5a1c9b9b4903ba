package io.granary.protocol.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.Stamp;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PackingTest {
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
  private static final Packing PACKING =
      new Packing(new PackingPolicy(Duration.ofHours(1), 1_000, 2));

  private Configured state =
      (Configured)
          new MinerState.Unconfigured()
              .on(new MinerEvent.MinerConfigured(MinerFixtures.config(), at(0, 0)));

  private static Stamp at(long epoch, long minutes) {
    return new Stamp(new Epoch(epoch), NOON.plus(Duration.ofMinutes(minutes)), "node-1");
  }

  private static PieceSource piece(String name, long size, long start) {
    return new PieceSource(name, 100, size).starting(new Epoch(start));
  }

  private List<MinerEvent> order(Packing by, PieceSource piece, Stamp now) {
    List<MinerEvent> events =
        by.joined(state, piece.source(), piece, now)
            .orElseGet(
                () ->
                    by.opened(
                        state, piece.source(), piece, SectorId.of(1000, state.nextNumber()), now));
    for (MinerEvent event : events) {
      state = (Configured) state.on(event);
    }
    return events;
  }

  private Configured.Place place(String order) {
    return Objects.requireNonNull(state.orders().get(order), order);
  }

  private long sectorOf(String order) {
    return place(order).sector().value();
  }

  @Test
  void piecesShareASector_andAlignInIt() {
    order(PACKING, piece("a", 128, 9_000), at(10, 0));
    order(PACKING, piece("b", 1024, 9_000), at(11, 1));
    order(PACKING, piece("c", 512, 9_000), at(12, 2));
    assertThat(state.open()).hasSize(1);
    assertThat(place("b").offset()).isEqualTo(1024);
    assertThat(place("c").offset()).isEqualTo(512);
  }

  @Test
  void takesTheFullestSectorThatHasRoom() {
    order(PACKING, piece("a", 1024, 9_000), at(10, 0));
    PieceSource other =
        new PieceSource(
            "b",
            100,
            512,
            Optional.empty(),
            Optional.of(ExpirationBounds.atLeast(new Epoch(9))),
            Optional.empty(),
            Optional.of(new Epoch(9_000)));
    order(PACKING, piece("large", 1024 + 1024, 9_000), at(10, 0));
    order(PACKING, other, at(10, 0));
    assertThat(sectorOf("b")).as("fits with a").isEqualTo(sectorOf("a"));
    order(PACKING, piece("c", 1024, 9_000), at(10, 0));
    assertThat(sectorOf("c")).isNotEqualTo(sectorOf("a"));
    order(PACKING, piece("d", 512, 9_000), at(10, 0));
    assertThat(sectorOf("d")).isEqualTo(sectorOf("a"));
    assertThat(state.ordered()).containsKey(place("a").sector());
  }

  @Test
  void isClosedAtOnce_whenItIsFull() {
    order(PACKING, piece("a", 1024, 9_000), at(10, 0));
    List<MinerEvent> events = order(PACKING, piece("b", 1024, 9_000), at(10, 1));
    assertThat(events.get(1)).isInstanceOf(MinerEvent.SectorClosed.class);
    assertThat(state.open()).isEmpty();
  }

  @Test
  void isClosed_whenItsFirstDealStartsSoon() {
    order(PACKING, piece("a", 128, 9_000), at(10, 0));
    order(PACKING, piece("b", 128, 5_000), at(10, 0));
    assertThat(PACKING.closings(state, at(3_999, 1))).isEmpty();
    assertThat(PACKING.closings(state, at(4_000, 1))).hasSize(1);
  }

  @Test
  void isClosed_whenItsFirstPieceHasWaited() {
    order(PACKING, piece("a", 128, 9_000), at(10, 0));
    order(PACKING, piece("b", 128, 9_000), at(10, 50));
    assertThat(PACKING.closings(state, at(11, 59))).isEmpty();
    assertThat(PACKING.closings(state, at(11, 60))).hasSize(1);
  }

  @Test
  void waitsForNoOther_whenItStartsSoon() {
    assertThat(order(PACKING, piece("a", 128, 900), at(10, 0)))
        .singleElement()
        .isInstanceOf(MinerEvent.SectorOrdered.class);
  }

  @Test
  void hasASectorOfItsOwn_whenNothingWaitsOrNoDealStarts() {
    Packing atOnce = new Packing(PackingPolicy.AT_ONCE);
    assertThat(order(atOnce, piece("a", 128, 9_000), at(10, 0)))
        .singleElement()
        .isInstanceOf(MinerEvent.SectorOrdered.class);
    assertThat(order(PACKING, new PieceSource("/own", 100, 128), at(10, 0)))
        .singleElement()
        .isInstanceOf(MinerEvent.SectorOrdered.class);
  }

  @Test
  void doesNotShare_whenNoExpirationSuitsBoth() {
    order(PACKING, bounded("a", 1_000_000, 1_100_000), at(10, 0));
    order(PACKING, bounded("b", 1_200_000, 1_300_000), at(10, 0));
    order(PACKING, bounded("c", 1_100_000, 1_150_000), at(10, 0));
    assertThat(state.open()).hasSize(2);
    assertThat(sectorOf("b")).isNotEqualTo(sectorOf("a"));
    assertThat(sectorOf("c")).isEqualTo(sectorOf("a"));
  }

  private static PieceSource bounded(String name, long earliest, long latest) {
    return new PieceSource(
        name,
        100,
        128,
        Optional.empty(),
        Optional.of(new ExpirationBounds(new Epoch(earliest), new Epoch(latest))),
        Optional.empty(),
        Optional.of(new Epoch(9_000)));
  }

  @Test
  void closesTheFullest_whenTooManyAreOpen() {
    order(PACKING, bounded("a", 1_000_000, 1_100_000), at(10, 0));
    order(PACKING, bounded("b", 1_200_000, 1_300_000), at(10, 0));
    order(PACKING, bounded("a2", 1_000_000, 1_100_000), at(10, 0));
    order(PACKING, bounded("c", 1_400_000, 1_500_000), at(10, 0));
    assertThat(state.open()).hasSize(2).containsKeys(place("b").sector());
    assertThat(state.ordered()).containsOnlyKeys(place("a").sector());
  }

  @Test
  void takesNoMorePieces_thanASectorMayHave() {
    OpenSector sector =
        OpenSector.of(SectorId.of(1000, 1), SectorSize.SIZE_32GIB.sealProofV1_1(), NOON);
    for (int i = 0; i < 256; i++) {
      assertThat(sector.full()).isFalse();
      sector =
          sector.with(
              new PackedPiece(
                  "o" + i,
                  new PieceSource("/" + i, 100, 128),
                  sector.offsetFor(128).orElseThrow()));
    }
    assertThat(sector.full()).isTrue();
    assertThat(sector.offsetFor(128)).isEmpty();
  }
}
