package io.granary.protocol.sector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SectorViewTest {
  @Test
  void showsWhatAnOperatorAsks_whenProving() {
    SectorView view = SectorView.of(new SectorStory().toProving().state());
    assertThat(view.state()).isEqualTo("Proving");
    assertThat(view.sector()).contains(SectorFixtures.SECTOR);
    assertThat(view.number("committed.location.deadline")).contains(3L);
    assertThat(view.text("replica.commR")).contains(SectorFixtures.COMM_R.toString());
    assertThat(view.number("replica.ticket.epoch")).contains(100L);
    assertThat(view.number("sealProof")).contains(5L);
    assertThat(view.text("updated.node")).contains("node-1");
    assertThat(view.fields().keySet()).noneMatch(name -> name.startsWith("core."));
  }

  @Test
  void showsTheStageAndTheReason_whenParked() {
    SectorView view =
        SectorView.of(
            new Parked(
                new PreCommitting(SectorFixtures.core(), SectorFixtures.REPLICA, MessageSlot.FRESH),
                "no funds",
                true));
    assertThat(view.text("stage")).contains("PreCommitting");
    assertThat(view.text("reason")).contains("no funds");
    assertThat(view.fields()).containsEntry("retryable", true);
  }

  @Test
  void tellsWhereThePiecesLie_fromTheFirstStateOn() {
    SectorView view =
        SectorView.of(
            new Filling(
                SectorCore.of(
                    SectorFixtures.order(piece("one", 256), piece("two", 512), piece("three", 128)),
                    SectorFixtures.stamp(0)),
                JobSlot.FRESH));
    assertThat(view.offsets()).isEqualTo(Map.of("one", 0L, "two", 512L, "three", 1024L));
    assertThat(SectorView.of(new Empty()).offsets()).isEmpty();
  }

  @Test
  void tellsNoPlaceOfAFileThatIsInItTwice() {
    SectorOrder order =
        SectorFixtures.order(piece("one", 128), piece("twice", 128), piece("twice", 256));
    assertThat(
            SectorView.of(new Filling(SectorCore.of(order, SectorFixtures.stamp(0)), JobSlot.FRESH))
                .offsets())
        .isEqualTo(Map.of("one", 0L));
  }

  private static SectorOrder.PieceSource piece(String source, long paddedBytes) {
    return new SectorOrder.PieceSource(source, 100, paddedBytes);
  }

  static Stream<SectorState> states() {
    return SectorFixtures.states().stream();
  }

  /** Each pair of unlike states has unlike views: a view hides nothing. */
  @ParameterizedTest
  @MethodSource("states")
  void differs_whenStatesDiffer(SectorState state) {
    for (SectorState other : SectorFixtures.states()) {
      assertThat(SectorView.of(state).equals(SectorView.of(other)))
          .as("%s and %s", state, other)
          .isEqualTo(state.equals(other));
    }
  }

  static Stream<SectorEvent> events() {
    return SectorFixtures.events().stream();
  }

  @ParameterizedTest
  @MethodSource("events")
  void namesTheEventAndLeavesOutItsStamp_whenViewed(SectorEvent event) {
    EventView view = EventView.of(event);
    assertThat(view.event()).isEqualTo(event.name());
    assertThat(view.stamp()).isEqualTo(event.stamp());
    assertThat(view.fields().keySet()).noneMatch(name -> name.startsWith("stamp"));
    assertThat(view.fields().values())
        .noneMatch(value -> value.toString().matches("[A-Z][A-Za-z]+\\[.*"));
  }
}
