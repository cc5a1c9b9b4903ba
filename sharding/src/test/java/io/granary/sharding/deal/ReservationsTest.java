package io.granary.sharding.deal;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.address.Address;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.DealBook;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReservationsTest {
  private static final List<DealBook.UnderWay> NOTHING = List.of();
  private final Reservations reservations = new Reservations();

  private static DealBook.UnderWay deal(long number) {
    return new DealBook.UnderWay(
        new DealId(new UUID(7, number)), Address.ofId(2000), 100, Instant.EPOCH);
  }

  @Test
  void showsAPlace_untilTheReadingMustHaveItsRow() {
    Reservations.Visit early = reservations.enter();
    Reservations.Visit mine = reservations.enter();
    Reservations.Place place = mine.hold(deal(1), NOTHING).orElseThrow();
    assertThat(early.with(NOTHING, deal(2).deal())).containsExactly(deal(1));
    assertThat(early.hold(deal(2), NOTHING)).as("not judged beside it").isEmpty();
    place.written();
    mine.leave();
    assertThat(early.with(NOTHING, deal(2).deal())).as("read before").containsExactly(deal(1));
    assertThat(early.hold(deal(2), NOTHING)).isEmpty();
    Reservations.Visit late = reservations.enter();
    assertThat(late.with(NOTHING, deal(3).deal())).as("read after").isEmpty();
    Reservations.Place second = early.hold(deal(2), List.of(deal(1))).orElseThrow();
    assertThat(late.with(NOTHING, deal(3).deal())).containsExactly(deal(2));
    second.drop();
    early.leave();
    assertThat(reservations.size()).as("nobody is left who may lack it").isZero();
    late.leave();
  }

  @Test
  void countsADealOnce_andNeverBesideItself() {
    Reservations.Visit one = reservations.enter();
    Reservations.Visit copy = reservations.enter();
    Reservations.Place first = one.hold(deal(1), NOTHING).orElseThrow();
    Reservations.Place second = copy.hold(deal(1), NOTHING).orElseThrow();
    first.drop();
    Reservations.Visit other = reservations.enter();
    assertThat(other.with(NOTHING, deal(2).deal())).as("the copy's").containsExactly(deal(1));
    assertThat(other.with(List.of(deal(1)), deal(2).deal())).containsExactly(deal(1));
    second.written();
    assertThat(reservations.size()).isOne();
    List.of(one, copy, other).forEach(Reservations.Visit::leave);
    assertThat(reservations.size()).isZero();
  }
}
