package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every module's section: a value of the wrong type, one out of range, and an unknown key. */
class ConfigurationCheckTest {
  private static final String GOOD = "granary.persistence.contact-points = [\"127.0.0.1:9042\"]\n";

  @TempDir private Path folder;

  private List<String> problems(String text) {
    Throwable failure = catchThrowable(() -> Node.check(load(text)));
    if (failure == null) {
      return List.of();
    }
    assertThat(failure).isInstanceOf(ConfigurationException.class);
    return String.valueOf(failure.getMessage())
        .lines()
        .map(line -> line.replaceFirst("^configuration: ", "").strip())
        .filter(line -> !line.matches("[0-9]+ problems"))
        .toList();
  }

  private Config load(String text) throws IOException {
    Path file = folder.resolve("node.conf");
    Files.writeString(file, GOOD + text);
    return NodeConfiguration.load(file);
  }

  @Test
  void findsNothing_inTheDefaults() {
    assertThat(problems("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "granary.node.management.port | http",
        "granary.node.roles | sector",
        "granary.network-bridge.chain.request-timeout | soon",
        "granary.network-bridge.chain.nodes | none",
        "granary.network-bridge.chain.follow.reconnect-jitter | much",
        "granary.persistence.create-schema | perhaps",
        "granary.persistence.max-concurrent-requests | many",
        "granary.prover.child.io-processes | two",
        "granary.prover.storage.reserved | all",
        "granary.prover.worker.slots.gpu | one",
        "granary.prover.pool.tick | often",
        "granary.sharding.sector.retry-delay-max | late",
        "granary.sharding.sender.in-flight-max | few",
        "granary.sharding.deadline.close-grace-epochs | short",
        "granary.sharding.ticker.roster-refresh | never",
        "granary.deals.limits.under-way-max | many",
        "granary.network-bridge.deals.read-limit | soon",
        "granary.network-bridge.transfers.progress-bytes | few",
        "granary.devnet.block-time | quick"
      })
  void namesTheKey_whenAValueHasTheWrongType(String key, String value) {
    assertThat(problems(key + " = " + value + "\n"))
        .singleElement()
        .asString()
        .startsWith(key + " (line 2): ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "granary.node.name | \"\"",
        "granary.node.management.port | 65536",
        "granary.node.management.host | \"192.0.2.1\"",
        "granary.node.cluster.port | -1",
        "granary.node.cluster.seed-nodes | [\"here\"]",
        "granary.node.network | moonnet",
        "granary.node.miners | [\"me\"]",
        "granary.network-bridge.chain.nodes | []",
        "granary.network-bridge.chain.nodes | [{ url = \"ftp://x\" }]",
        "granary.network-bridge.chain.address-prefix | x",
        "granary.network-bridge.chain.threads | 0",
        "granary.network-bridge.chain.follow.reconnect-jitter | 1.5",
        "granary.network-bridge.chain.answer-bytes-max | 3 GiB",
        "granary.persistence.contact-points | [\"127.0.0.1\"]",
        "granary.persistence.max-queued-requests | 0",
        "granary.persistence.summary-interval | 0 s",
        "granary.persistence.codecs | [\"io.granary.None\"]",
        "granary.prover.child.io-processes | 0",
        "granary.prover.child.threads | -1",
        "granary.prover.child.stderr-tail | 3 GiB",
        "granary.prover.storage.vanilla-runs-kept | 0",
        "granary.prover.worker.slots.sdr | -1",
        "granary.prover.pool.waiting-jobs-max | 0",
        "granary.sharding.sector.job-failures-max | 0",
        "granary.sharding.sector.look-timeout | 0 s",
        "granary.sharding.sender.confidence-epochs | 0",
        "granary.sharding.sender.fees.window-post.max | \"1.5\"",
        "granary.sharding.deadline.close-grace-epochs | 0",
        "granary.sharding.ticker.tick-again | -1 s",
        "granary.deals.enabled | perhaps",
        "granary.network-bridge.deals.requests-max | 0",
        "granary.network-bridge.transfers.waiting-max | 0",
        "granary.devnet.production | sometimes",
        "granary.devnet.chain.deadlines | 0"
      })
  void namesTheKey_whenAValueIsOutOfRange(String key, String value) {
    assertThat(problems(key + " = " + value + "\n"))
        .singleElement()
        .asString()
        .startsWith(key + " (line 2): ");
  }

  @Test
  void namesTheKeysOfDeals_whenTheyAreServed() {
    String served = "granary.deals { enabled = on, miner = f01000 }\n";
    String staged = "granary.prover.storage.paths = [\"/tmp/none\"]\n";
    assertThat(problems(served + staged)).isEmpty();
    assertThat(problems(served))
        .singleElement()
        .asString()
        .startsWith("granary.deals.enabled (line 2): ")
        .contains("granary.prover.storage.paths");
    assertThat(problems(served + "granary.prover.storage.shared-staging = /mnt/none\n")).isEmpty();
    assertThat(problems("granary.node.roles = [bridge, ops]\n" + served)).isEmpty();
    assertThat(problems(served + staged + "granary.deals.miner = me\n").get(0))
        .startsWith("granary.deals.miner (line 4): ");
    assertThat(problems(served + staged + "granary.deals.limits.proposals-max = 63\n"))
        .as("the desk has its turns for 64")
        .singleElement()
        .asString()
        .startsWith("granary.deals.limits.proposals-max (line 4): ");
    assertThat(problems(served + staged + "granary.deals.limits.under-way-max = 0\n"))
        .singleElement()
        .asString()
        .startsWith("granary.deals.limits.under-way-max (line 4): ");
    assertThat(problems(served + staged + "granary.deals.limit.under-way-max = 1\n"))
        .singleElement()
        .asString()
        .startsWith("granary.deals.limit (line 4): unknown key");
  }

  @Test
  void namesTheEmbeddedCassandrasKeys_whenItIsTheOneToStart() {
    assertThat(
            problems(
                """
                granary.persistence.contact-points = []
                granary.persistence.embedded-cassandra.libraries = "lib"
                granary.persistence.embedded-cassandra.heap = 1 KiB
                granary.persistence.embedded-cassandra.durability = hope
                """))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("granary.persistence.embedded-cassandra.heap (line 4)"))
        .anyMatch(
            line -> line.startsWith("granary.persistence.embedded-cassandra.durability (line 5)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "granary.node.nmae",
        "granary.node.management.prot",
        "granary.network-bridge.chain.node",
        "granary.network-bridge.chain.follow.silence",
        "granary.persistence.embedded-cassandra.haep",
        "granary.prover.worker.slots.cpu",
        "granary.prover.storage.path",
        "granary.sharding.sector.retry-delay",
        "granary.sharding.senders",
        "granary.devnet.blocktime"
      })
  void namesTheKey_whenItIsUnknown(String key) {
    assertThat(problems(key + " = 1\n")).containsExactly(key + " (line 2): unknown key");
  }

  @Test
  void namesUnknownKeys_atTheTopAndInListedNodes() {
    assertThat(
            problems(
                """
                granry.node.name = x
                granary.network-bridge.chain.nodes = [
                  { url = "http://127.0.0.1:1/rpc/v1", tokenfile = "t" }
                ]
                """))
        .containsExactly(
            "granry (line 2): unknown key",
            "granary.network-bridge.chain.nodes.tokenfile (line 4): unknown key");
  }

  @Test
  void takesKeysOfTheOperatorsOwn() {
    assertThatCode(
            () ->
                Node.check(
                    load(
                        """
                        granary.persistence.replication = {
                          class = NetworkTopologyStrategy, dc1 = 3
                        }
                        granary.prover.child.limits { "seal.pc1" = 1h, "piece.add" = 1m }
                        granary.devnet.chain.challenge-window = 20
                        akka.cluster.failure-detector.threshold = 9
                        disk = /mnt/disk-1
                        granary.prover.storage.paths = [ ${disk}/sectors ]
                        """)))
        .doesNotThrowAnyException();
  }

  @Test
  void namesTheSectionItself_whenItIsNoSection() {
    assertThat(problems("granary.prover.storage = 5\n"))
        .singleElement()
        .asString()
        .startsWith("granary.prover.storage (line 2): ");
    assertThat(problems("granary.node.name { first = a }\n"))
        .singleElement()
        .asString()
        .startsWith("granary.node.name (line 2): ");
  }

  @Test
  void laysAPairThatDoesNotFit_toOneOfTheTwo_andStillFindsTheRest() {
    assertThat(
            problems(
                """
                granary.network-bridge.chain.follow { reconnect-min = 60s, reconnect-max = 50s }
                granary.sharding.sector { retry-delay-min = 2h, retry-delay-max = 3h }
                granary.prover.pool.tick = 0 s
                """))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("granary.network-bridge.chain.follow.reconnect-m"))
        .anyMatch(line -> line.startsWith("granary.prover.pool.tick (line 4)"));
  }

  @Test
  void asksForContactPoints_whenNodesShareACluster() {
    assertThat(
            problems(
                """
                granary.persistence.contact-points = []
                granary.node.cluster.seed-nodes = ["127.0.0.1:25520", "127.0.0.1:25521"]
                """))
        .anyMatch(line -> line.contains("granary.persistence.contact-points"));
  }
}
