package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealLife;
import io.granary.protocol.deal.DealState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Events and states of random deals come back from the journal as they were. */
class DealCodecsPropertyTest {
  private static final JournalSerializer SERIALIZER =
      new JournalSerializer(new JournalCodecs(List.of(new DealEventCodec(), new DealStateCodec())));

  @Property(tries = 300)
  void endsTheSame_fromASnapshotAsFromItsEvents(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int before) {
    DealLife life = new DealLife(new Random(seed));
    for (int i = 0; i < before; i++) {
      Optional<DealEvent> event = life.next();
      event.ifPresent(value -> assertThat(again(value, DealEvent.class)).isEqualTo(value));
    }
    DealState recovered = again(life.state(), DealState.Known.class);
    assertThat(recovered).isEqualTo(life.state());
    for (DealEvent event : rest(life)) {
      recovered = recovered.on(again(event, DealEvent.class));
    }
    assertThat(recovered).isEqualTo(life.state());
  }

  private static List<DealEvent> rest(DealLife life) {
    List<DealEvent> events = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      life.next().ifPresent(events::add);
    }
    return events;
  }

  private static <T> T again(Object value, Class<T> type) {
    byte[] bytes = SERIALIZER.toBinary(value);
    assertThat(SERIALIZER.toBinary(value)).as("deterministic").isEqualTo(bytes);
    return type.cast(SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(value)));
  }
}
