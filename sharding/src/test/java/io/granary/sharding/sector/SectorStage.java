package io.granary.sharding.sector;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.granary.protocol.SectorId;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorHistory;
import io.granary.protocol.sector.SectorView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The sectors of a test class, a new number for each, in one actor system. At the end of every test
 * each sector it touched must be what its history says, whatever happened to it.
 */
public final class SectorStage implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private final List<SectorHarness> touched = new ArrayList<>();
  private @Nullable ActorTestKit kit;
  private long next = 100;

  @Override
  public void beforeAll(ExtensionContext context) {
    kit = ActorTestKit.create(SectorHarness.config());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    kit().shutdownTestKit();
  }

  /** A sector that nobody asked for yet. */
  SectorHarness sector() {
    return sector(SectorHarness.SETTINGS);
  }

  /** A sector that nobody asked for yet, with settings of its own. */
  SectorHarness sector(SectorSettings settings) {
    SectorHarness sector = new SectorHarness(kit(), SectorId.of(1000, next++), settings);
    touched.add(sector);
    return sector;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<SectorHarness> all = List.copyOf(touched);
    touched.clear();
    all.forEach(SectorStage::historyEqualsLive);
  }

  private static void historyEqualsLive(SectorHarness sector) {
    SectorReply.StateIs live = sector.live();
    requireEqual(sector.id, sector.events(), live);
    if (live.sequence() > 0) {
      assertThat(sector.neighbours.row().sequence()).isEqualTo(live.sequence());
      assertThat(sector.neighbours.row().state()).isEqualTo(live.view().state());
    }
  }

  /** What {@code events} replay to must be {@code live}, at its sequence. */
  public static void requireEqual(
      SectorId sector, List<SectorEvent> events, SectorReply.StateIs live) {
    assertThat(live.sequence()).as("events of %s", sector).isEqualTo(events.size());
    assertThat(live.view())
        .as("the live state of %s, and its history's end", sector)
        .isEqualTo(SectorView.of(SectorHistory.replay(events).end().state()));
    assertThat(events.stream().map(event -> event.stamp().epoch()).toList())
        .as("epochs of %s", sector)
        .isSorted();
  }

  private ActorTestKit kit() {
    if (kit == null) {
      throw new IllegalStateException("the stage is used before its class began");
    }
    return kit;
  }
}
