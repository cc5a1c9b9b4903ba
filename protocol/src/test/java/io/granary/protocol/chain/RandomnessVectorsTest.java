package io.granary.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.actor.Frc42;
import io.granary.protocol.address.Address;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomnessVectorsTest {
  private static final ProvingSchedule MAINNET = new ProvingSchedule(48, 2880, 60, 20, 70);

  static Stream<Row> rows() {
    return VectorRows.of("randomness");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    JsonNode value = row.value();
    switch (row.section()) {
      case "draws" -> {
        Epoch epoch = new Epoch(value.required("epoch").longValue());
        Bytes entropy = Bytes.fromHex(row.text("entropy"));
        RandomnessTag tag = tag(value.required("tag").longValue());
        Bytes drawn =
            row.text("kind").equals("digest")
                ? Randomness.drawFromDigest(tag, Bytes.fromHex(row.text("digest")), epoch, entropy)
                : Randomness.draw(tag, Bytes.fromHex(row.text("base")), epoch, entropy);
        assertThat(drawn.toHex()).isEqualTo(row.text("out"));
        if (value.has("entropy_is") && row.text("entropy_is").matches("cbor\\(f0\\d+\\)")) {
          String address = row.text("entropy_is").replaceAll("cbor\\((.*)\\)", "$1");
          assertThat(Randomness.minerEntropy(Address.parse(address).requireId()))
              .isEqualTo(entropy);
        }
      }
      case "proving_period_offset" -> {
        ActorId miner = Address.parse(row.text("miner")).requireId();
        Epoch creation = new Epoch(value.required("creation_epoch").longValue());
        long offset = MAINNET.periodOffset(miner, creation);
        assertThat(offset).isEqualTo(value.required("offset").longValue());
        Epoch start = MAINNET.periodStart(creation, offset);
        assertThat(start.value()).isEqualTo(value.required("proving_period_start").longValue());
        assertThat(MAINNET.deadlineIndex(creation, start))
            .isEqualTo(value.required("current_deadline").longValue());
        assertThat(MAINNET.currentDeadline(creation, offset).isOpen()).isTrue();
      }
      case "frc42_method_numbers" ->
          assertThat(Frc42.methodNumber(row.text("name")))
              .isEqualTo(value.required("number").longValue());
      default -> fail("no check for " + row);
    }
  }

  private static RandomnessTag tag(long number) {
    return Arrays.stream(RandomnessTag.values())
        .filter(tag -> tag.number() == number)
        .findFirst()
        .orElseThrow();
  }
}
