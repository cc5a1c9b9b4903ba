package io.granary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.SectorId;
import io.granary.protocol.sector.Empty;
import io.granary.protocol.sector.Proving;
import io.granary.protocol.sector.SectorEvent;
import io.granary.protocol.sector.SectorState;
import org.junit.jupiter.api.Test;

class SectorLifeTest {
  @Test
  void endsAtRest_whenReplayed() {
    SectorState state = new Empty();
    for (SectorEvent event : SectorLife.toProving(SectorId.of(1000, 1))) {
      state = state.on(event);
    }
    assertThat(state).isInstanceOf(Proving.class);
    assertThat(((Proving) state).committed().location()).isPresent();
  }
}
