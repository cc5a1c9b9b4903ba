package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.recorded.Recordings;
import io.granary.protocol.vector.ChainJson;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Draws and deadlines as a real node answered them for miner f01003, created at epoch 7. */
class RecordedRandomnessTest {
  private static final ActorId MINER = new ActorId(1003);

  private static JsonNode result(String name) {
    return Recordings.call(name).result().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"Tickets, SEAL_RANDOMNESS", "Beacon, INTERACTIVE_SEAL_CHALLENGE_SEED"})
  void drawsFromDigest_whatTheNodeDraws(String source, RandomnessTag tag) {
    JsonNode params = Recordings.call("StateGetRandomnessFrom" + source).params();
    assertThat(params.get(0).longValue()).isEqualTo(tag.number());
    Epoch epoch = new Epoch(params.get(1).longValue());
    assertThat(Randomness.minerEntropy(MINER)).isEqualTo(ChainJson.bytes(params.get(2)));
    Bytes digest = ChainJson.bytes(result("StateGetRandomnessDigestFrom" + source));
    assertThat(Randomness.drawFromDigest(tag, digest, epoch, Randomness.minerEntropy(MINER)))
        .isEqualTo(ChainJson.bytes(result("StateGetRandomnessFrom" + source)));
  }

  @ParameterizedTest
  @CsvSource({"StateMinerProvingDeadline", "StateMinerProvingDeadline--fresh-miner"})
  void computesTheDeadline_thatTheNodeTells(String name) {
    JsonNode told = result(name);
    ProvingSchedule schedule =
        new ProvingSchedule(
            number(told, "WPoStPeriodDeadlines"),
            number(told, "WPoStProvingPeriod"),
            number(told, "WPoStChallengeWindow"),
            number(told, "WPoStChallengeLookback"),
            number(told, "FaultDeclarationCutoff"));
    long offset = schedule.periodOffset(MINER, new Epoch(7));
    DeadlineInfo computed =
        schedule.currentDeadline(new Epoch(number(told, "CurrentEpoch")), offset);
    assertThat(computed.periodStart().value()).isEqualTo(number(told, "PeriodStart"));
    assertThat(computed.index()).isEqualTo(number(told, "Index"));
    assertThat(computed.open().value()).isEqualTo(number(told, "Open"));
    assertThat(computed.close().value()).isEqualTo(number(told, "Close"));
    assertThat(computed.challenge().value()).isEqualTo(number(told, "Challenge"));
    assertThat(computed.faultCutoff().value()).isEqualTo(number(told, "FaultCutoff"));
    assertThat(computed.nextNotElapsed()).isEqualTo(computed);
  }

  private static long number(JsonNode json, String member) {
    return json.required(member).longValue();
  }

  @Test
  void clearsTheTopBits_whenForPoSt() {
    byte[] all = new byte[32];
    Arrays.fill(all, (byte) 0xff);
    Bytes element = Randomness.forPoSt(Bytes.of(all));
    assertThat(element.at(31)).isEqualTo((byte) 0x3f);
    assertThat(element.slice(0, 31)).isEqualTo(Bytes.of(all, 0, 31));
  }
}
