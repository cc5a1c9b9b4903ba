package io.granary.protocol.winning;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockGuardTest {
  private static final TipSet GRANDPARENT = WinningFixtures.tipSet(98, 2940, 9);
  private static final TipSet BASE = WinningFixtures.tipSet(GRANDPARENT.key(), 99, 990, 2970, 1, 2);
  private static final Epoch ROUND = new Epoch(100);

  @Test
  void allows_whenNothingStandsAgainstIt() {
    assertThat(objection(mined(90, GRANDPARENT.parents(), Optional.empty()))).isEmpty();
    assertThat(BlockGuard.objection(BASE, ROUND, List.of())).isEmpty();
  }

  @Test
  void refusesASecondBlock_ofOneEpoch() {
    assertThat(objection(mined(100, GRANDPARENT.key(), Optional.empty())))
        .hasValueSatisfying(reason -> assertThat(reason).contains("epoch 100"));
  }

  @Test
  void refusesASecondBlock_onTheSameParents() {
    assertThat(objection(mined(101, BASE.key(), Optional.empty())))
        .hasValueSatisfying(reason -> assertThat(reason).contains("these parents"));
  }

  @Test
  void refusesABase_thatLeavesOutOurOwnSibling() {
    Cid left = WinningFixtures.tipSet(GRANDPARENT.key(), 99, 990, 2970, 3).key().cids().get(0);
    assertThat(objection(mined(99, GRANDPARENT.key(), Optional.of(left))))
        .hasValueSatisfying(reason -> assertThat(reason).contains("leaves out"));
    Cid inside = BASE.key().cids().get(1);
    assertThat(objection(mined(99, GRANDPARENT.key(), Optional.of(inside)))).isEmpty();
  }

  private static MinedBlock mined(long epoch, TipSetKey parents, Optional<Cid> block) {
    return WinningFixtures.mined(epoch, parents, block);
  }

  private static Optional<String> objection(MinedBlock made) {
    return BlockGuard.objection(BASE, ROUND, List.of(made));
  }
}
