package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.ops.node.NodeConfiguration;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deals on a whole node, which dies: once in the midst of a transfer, then at random moments; and
 * on two nodes that share a staging, of which one dies in the midst of a transfer. {@code
 * -Dgranary.deal.kills=50} for more of them, {@code -Dgranary.deal.seed=} for others.
 */
class DealScenarioTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** A transfer of ours takes three seconds. */
  private static final Duration PART_PAUSE = Duration.ofMillis(100);

  private static final String DEALS =
      """
      granary.persistence.codecs += io.granary.persistence.codec.DealEventCodec
      granary.persistence.codecs += io.granary.persistence.codec.DealStateCodec
      granary.persistence.codecs += io.granary.persistence.codec.PublisherEventCodec
      granary.persistence.codecs += io.granary.persistence.codec.PublisherStateCodec
      granary.deals { enabled = on, miner = f01001, ask.price = "0" }
      granary.network-bridge.transfers {
        allow-private-addresses = on, disk-reserve = 0, progress-bytes = 100, progress-every = 0s
      }
      """;

  @TempDir private Path folder;

  @Test
  void noDealIsLostOrTakenTwice_whenTheNodeDies() throws Exception {
    try (SlowFiles files = new SlowFiles(PART_PAUSE);
        Stage stage = new Stage(folder, DEALS)) {
      assertThat(
              stage
                  .client()
                  .post(
                      "/v1/miners", JsonNodeFactory.instance.objectNode().put("sectorSize", "2KiB"))
                  .path("miner")
                  .asText())
          .isEqualTo("f01001");
      try (DealClient client =
          new DealClient(stage, NodeConfiguration.load(folder.resolve("node.conf")))) {
        goOnByRange(stage, client, files);
        new DealKills(stage, client, files, Long.getLong("granary.deal.seed", 1))
            .run(Integer.getInteger("granary.deal.kills", 2));
        new DealTakeOver(stage, client, files, folder.resolve("shared")).run();
      }
    }
  }

  private static void goOnByRange(Stage stage, DealClient client, SlowFiles files)
      throws IOException {
    byte[] data = new byte[1800];
    new Random(3).nextBytes(data);
    DealParams deal = client.draft("half", data, files.serveHalf("half", data));
    assertThat(client.propose(deal)).isEqualTo(DealResponse.yes());
    await()
        .atMost(LIMIT)
        .until(() -> client.events(deal.id()), all -> all.contains("DataReceived"));
    stage.restart();
    await()
        .atMost(LIMIT)
        .until(() -> client.events(deal.id()), all -> all.contains("PieceVerified"));
    assertThat(client.events(deal.id())).doesNotContain("TransferRestarted");
    List<String> ranges = files.ranges("half");
    assertThat(ranges.get(0)).isEmpty();
    assertThat(ranges.get(1)).matches("bytes=[1-9][0-9]*-");
  }
}
