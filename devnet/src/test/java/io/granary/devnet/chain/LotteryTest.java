package io.granary.devnet.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.recorded.Recording;
import io.granary.protocol.recorded.Recordings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice of sectors against what a real node chose. */
class LotteryTest {
  /** The genesis miner of the recordings has sectors 0 and 1 with ten times their size. */
  private static final long SECTORS = 2;

  @ParameterizedTest
  @ValueSource(strings = {"MinerGetBaseInfo--block-genesis", "MinerGetBaseInfo--genesis-miner"})
  void choosesTheRecordedSector_whenAskedForTheRecordedRound(String name) {
    Recording call = Recordings.call(name);
    JsonNode params = call.params();
    ActorId miner = Address.parse(params.get(0).asText()).requireId();
    MiningBaseInfo recorded =
        new ChainJson('t').mining().baseInfo().decode(call.result().orElseThrow());
    assertThat(recorded.minerPower()).isEqualTo(2048 * 10 * SECTORS);

    Bytes randomness =
        Lottery.provingRandomness(recorded.drawingEntry().data(), params.get(1).asLong(), miner);

    assertThat(Lottery.chosen(miner, randomness, SECTORS))
        .isEqualTo(recorded.sectors().get(0).number().value());
  }
}
