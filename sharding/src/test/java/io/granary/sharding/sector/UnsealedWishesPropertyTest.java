package io.granary.sharding.sector;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.Exposure;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceDeals.OfPiece;
import io.granary.protocol.port.PieceDeals.Standing;
import io.granary.protocol.port.PieceDeals.Wish;
import io.granary.protocol.sector.SectorPiece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class UnsealedWishesPropertyTest {
  private static DealId deal(long number) {
    return new DealId(new UUID(7, number));
  }

  private static SectorPiece piece(int number, boolean ofDeal) {
    String source =
        ofDeal
            ? new StagedFile("store-1", "deal-staging/" + deal(number) + ".data", 9).source()
            : "/home/operator/" + deal(number) + ".data";
    return new SectorPiece(
        new PieceInfo(new Commitment(Bytes.fromHex("0" + number + "00".repeat(31))), 128),
        source,
        9);
  }

  private static OfPiece known(Random random, DealId own) {
    List<Wish> wishes = new ArrayList<>();
    if (random.nextInt(8) > 0) {
      wishes.add(wish(random, own));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      wishes.add(wish(random, deal(100 + i)));
    }
    boolean indexed = random.nextInt(6) > 0;
    return new OfPiece(
        wishes, new Exposure(indexed ? Optional.of(3L) : Optional.empty(), Optional.empty()));
  }

  private static Wish wish(Random random, DealId deal) {
    int roll = random.nextInt(10);
    Standing standing = roll == 0 ? Standing.COMING : roll < 4 ? Standing.ENDED : Standing.LIVE;
    return new Wish(deal, standing, random.nextBoolean(), random.nextInt(5) == 0);
  }

  /** Said again in the words of the rule, deal by deal; both ways round. */
  @Property(tries = 500)
  void copyGoes_exactlyWhenNoDealOfAnyPieceMinds(@ForAll long seed) {
    Random random = new Random(seed);
    List<SectorPiece> pieces = new ArrayList<>();
    Map<Commitment, OfPiece> known = new HashMap<>();
    boolean minds = false;
    boolean removal = false;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      boolean ofDeal = random.nextInt(12) > 0;
      SectorPiece piece = piece(i, ofDeal);
      pieces.add(piece);
      OfPiece of = known(random, deal(i));
      boolean asked = random.nextInt(12) > 0;
      if (asked) {
        known.put(piece.info().commP(), of);
      }
      boolean silent = of.wishes().stream().noneMatch(wish -> wish.deal().equals(deal(piece)));
      boolean wanted =
          of.wishes().stream()
              .anyMatch(
                  wish ->
                      wish.standing() == Standing.COMING
                          || (wish.standing() == Standing.LIVE
                              && (wish.keepUnsealed() || of.exposure().indexedBlocks().isEmpty())));
      minds |= !ofDeal || !asked || silent || wanted;
      removal |= of.wishes().stream().anyMatch(wish -> !wish.keepUnsealed());
    }
    assertThat(UnsealedWishes.reasonToKeep(pieces, known).isPresent()).isEqualTo(minds || !removal);
  }

  private static DealId deal(SectorPiece piece) {
    return deal(Long.parseLong(piece.info().commP().toString().substring(0, 2), 16));
  }
}
