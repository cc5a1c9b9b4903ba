package io.granary.protocol.miner;

import static io.granary.protocol.sender.SenderFixtures.stamp;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.Stamp;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random deals with a miner of 2 KiB sectors, which die, repeat themselves and are given up. */
class PackingPropertyTest {
  private static final int OPEN_MAX = 3;
  private static final long SEAL_EPOCHS = 100;
  private static final Commitment ANY = new Commitment(Bytes.of(new byte[32]));

  private final Packing packing =
      new Packing(new PackingPolicy(Duration.ofMinutes(10), SEAL_EPOCHS, OPEN_MAX));

  private static <K, V> V at(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key), () -> "nothing of " + key);
  }

  /** What the miner was told, and what came of it. */
  private final class Story {
    private final Random random;
    private final List<DealId> deals = new ArrayList<>();
    private final Map<String, PieceSource> asked = new HashMap<>();
    private final List<MinerEvent> journal = new ArrayList<>();
    private Configured state;
    private long epoch;

    Story(long seed) {
      random = new Random(seed);
      MinerEvent first = new MinerEvent.MinerConfigured(MinerFixtures.config(), stamp(0));
      journal.add(first);
      state = (Configured) new MinerState.Unconfigured().on(first);
    }

    void step() {
      epoch += random.nextInt(3);
      take(packing.closings(state, now()));
      switch (random.nextInt(8)) {
        case 0 -> repeat();
        case 1 -> giveUp();
        case 2 -> orderAnew();
        default -> order();
      }
      check();
    }

    private Stamp now() {
      return stamp(epoch);
    }

    private void take(List<MinerEvent> events) {
      for (MinerEvent event : events) {
        journal.add(event);
        state = (Configured) state.on(event);
      }
    }

    private void order() {
      DealId deal = new DealId(new UUID(random.nextLong(), random.nextLong()));
      deals.add(deal);
      order(Packing.ofDeal(deal) + "/as/1", piece(deal.toString(), 128L << random.nextInt(5)));
    }

    private PieceSource piece(String source, long paddedBytes) {
      long end = 1_000_000 + 100L * random.nextInt(3);
      ExpirationBounds bounds =
          random.nextBoolean()
              ? ExpirationBounds.atLeast(new Epoch(end))
              : new ExpirationBounds(new Epoch(end), new Epoch(end + 50));
      return new PieceSource(
          source,
          100,
          paddedBytes,
          Optional.empty(),
          Optional.of(bounds),
          Optional.empty(),
          Optional.of(new Epoch(epoch + random.nextInt(400))));
    }

    private void order(String id, PieceSource piece) {
      if (!state.orders().containsKey(id)) {
        Configured before = state;
        List<MinerEvent> events =
            packing
                .joined(state, id, piece, now())
                .orElseGet(
                    () ->
                        packing.opened(
                            state,
                            id,
                            piece,
                            SectorId.of(MinerFixtures.MINER.value(), state.nextNumber()),
                            now()));
        take(events);
        bestFit(before, events, piece);
      }
      asked.put(id, piece);
    }

    /** Nothing has less space left after it took the piece than the sector that took it. */
    private void bestFit(Configured before, List<MinerEvent> events, PieceSource piece) {
      MinerEvent first = events.get(0);
      if (piece.paddedBytes() == 2048
          || !(first instanceof MinerEvent.PiecePacked packed)
          || packed.replaces().isPresent()) {
        return;
      }
      long free =
          Optional.ofNullable(before.open().get(packed.sector().number()))
              .map(OpenSector::freeBytes)
              .orElse(Long.MAX_VALUE);
      before.open().values().stream()
          .filter(sector -> sector.outlives(piece))
          .filter(sector -> sector.offsetFor(piece.paddedBytes()).isPresent())
          .forEach(fits -> assertThat(free).isLessThanOrEqualTo(fits.freeBytes()));
    }

    /** The deal's node died before it heard where its piece is. */
    private void repeat() {
      List<String> known = List.copyOf(state.orders().keySet());
      if (!known.isEmpty()) {
        String id = known.get(random.nextInt(known.size()));
        Configured before = state;
        order(id, at(asked, id));
        assertThat(state).isEqualTo(before);
      }
    }

    /** A re-org gave the deal another id on chain. */
    private void orderAnew() {
      if (!deals.isEmpty()) {
        DealId deal = deals.get(random.nextInt(deals.size()));
        PieceSource like =
            asked.entrySet().stream()
                .filter(each -> each.getKey().startsWith(Packing.ofDeal(deal) + "/"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        order(
            Packing.ofDeal(deal) + "/as/" + epoch + "-" + journal.size(),
            piece(like.source(), like.paddedBytes()));
      }
    }

    private void giveUp() {
      if (!deals.isEmpty()) {
        DealId deal = deals.get(random.nextInt(deals.size()));
        take(packing.withdrawn(state, Packing.ofDeal(deal), now()));
        assertThat(packing.withdrawn(state, Packing.ofDeal(deal), now())).isEmpty();
      }
    }

    private void check() {
      assertThat(state.open()).hasSizeLessThanOrEqualTo(OPEN_MAX);
      Map<String, Integer> places = new HashMap<>();
      for (OpenSector sector : state.open().values()) {
        lies(sector);
        assertThat(sector.full()).isFalse();
        for (PackedPiece piece : sector.pieces()) {
          assertThat(piece.piece()).isEqualTo(at(asked, piece.orderId()));
          assertThat(state.orders())
              .containsEntry(
                  piece.orderId(), new Configured.Place(sector.sector().number(), piece.offset()));
          places.merge(piece.piece().source(), 1, Integer::sum);
        }
      }
      assertThat(places.values()).as("in one open sector once").allMatch(times -> times == 1);
      state.orders().forEach((id, place) -> isThere(id, place));
    }

    /** An order is in the sector that it was told, be that open or ordered. */
    private void isThere(String id, Configured.Place place) {
      OpenSector open = state.open().get(place.sector());
      if (open != null) {
        assertThat(open.piece(id)).isPresent();
        return;
      }
      SectorOrder order = at(state.ordered(), place.sector());
      List<SectorLayout.Entry> entries = layout(order);
      int at = order.pieces().indexOf(at(asked, id));
      assertThat(at).isNotNegative();
      assertThat(entries.get(at).offset()).isEqualTo(place.offset());
    }

    private void lies(OpenSector sector) {
      List<Long> offsets = sector.pieces().stream().map(PackedPiece::offset).sorted().toList();
      assertThat(layout(sector.order()).stream().map(SectorLayout.Entry::offset).toList())
          .as("whoever fills the sector lays it out the same")
          .isEqualTo(offsets);
      long earliest =
          sector.pieces().stream()
              .mapToLong(piece -> piece.piece().bounds().orElseThrow().earliest().value())
              .max()
              .orElseThrow();
      assertThat(sector.pieces())
          .allMatch(piece -> piece.piece().bounds().orElseThrow().latest().value() >= earliest);
    }

    private List<SectorLayout.Entry> layout(SectorOrder order) {
      return SectorLayout.of(
              order.sealProof().sectorSize().bytes(),
              order.pieces().stream()
                  .map(piece -> new PieceInfo(ANY, piece.paddedBytes()))
                  .toList())
          .entries()
          .stream()
          .filter(entry -> !entry.filler())
          .toList();
    }

    /** No sector stays open beyond its time, whatever comes. */
    void end() {
      epoch += 1_000;
      take(packing.closings(state, now()));
      assertThat(state.open()).isEmpty();
      MinerState again = new MinerState.Unconfigured();
      for (MinerEvent event : journal) {
        again = again.on(event);
      }
      assertThat(again).isEqualTo(state);
    }
  }

  @Property(tries = 300)
  void noPieceIsLostOrTwiceInASector_whateverComes(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int steps) {
    Story story = new Story(seed);
    for (int i = 0; i < steps; i++) {
      story.step();
    }
    story.end();
  }

  @Property(tries = 200)
  void liesAtTheLowestFreeMultipleOfItsSize_inEveryOpenSector(@ForAll long seed) {
    Random random = new Random(seed);
    OpenSector sector =
        OpenSector.of(
            SectorId.of(1000, 1),
            MinerFixtures.config().sectorSize().sealProofV1_1(),
            stamp(0).time());
    for (int i = 0; i < 20; i++) {
      long size = 128L << random.nextInt(5);
      if (sector.offsetFor(size).isPresent()) {
        long offset = sector.offsetFor(size).getAsLong();
        assertThat(offset % size).isZero();
        for (long lower = 0; lower < offset; lower += size) {
          long from = lower;
          assertThat(sector.pieces())
              .anyMatch(piece -> piece.offset() < from + size && from < piece.end());
        }
        sector = sector.with(new PackedPiece("o" + i, new PieceSource("/s" + i, 1, size), offset));
      }
    }
    assertThat(sector.freeBytes()).isNotNegative();
  }
}
