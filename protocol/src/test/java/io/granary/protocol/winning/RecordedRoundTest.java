package io.granary.protocol.winning;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.Election;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.recorded.Recording;
import io.granary.protocol.recorded.Recordings;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Blocks that a real Lotus node took, made by an outside program (recorded/README.md, "Blocks").
 */
class RecordedRoundTest {
  private static final ChainMethods METHODS = new ChainMethods(new ChainJson('t'));

  @ParameterizedTest
  @ValueSource(strings = {"block-external", "block-genesis"})
  void electionAndEntriesAreAsTheNodeTookThem(String name) {
    MiningBaseInfo info = info(Recordings.call("MinerGetBaseInfo--" + name)).orElseThrow();
    Recording created = Recordings.call("MinerCreateBlock--" + name);
    BlockTemplate template =
        (BlockTemplate) METHODS.minerCreateBlock.readParameters(created.params()).get(0);
    BlockMessage block = METHODS.minerCreateBlock.result().decode(created.result().orElseThrow());

    assertThat(
            Election.winCount(
                template.electionProof().vrfProof(), info.minerPower(), info.networkPower()))
        .isEqualTo((int) template.electionProof().winCount());
    assertThat(template.beaconEntries()).isEqualTo(info.beaconEntries());
    assertThat(template.winningPoStProof().get(0).type())
        .isEqualTo(info.sectorSize().winningPoSt());
    assertThat(block.header().timestamp()).isEqualTo(template.timestamp());
    assertThat(block.header().height()).isEqualTo(template.epoch());
    assertThat(WinningDraws.quality(template.ticketVrfProof())).isBetween(0.0, 1.0);
  }

  private static Optional<MiningBaseInfo> info(Recording call) {
    return METHODS.minerGetBaseInfo.result().decode(call.result().orElseThrow());
  }
}
