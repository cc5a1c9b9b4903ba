package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigurationTest {
  @TempDir Path folder;

  @Test
  void takesTheDemosFile_andPutsOurAkkaSettingsBeforeAkkasOwn() throws IOException {
    Config config = load("");
    Node.check(config);
    assertThat(config.getString("akka.actor.provider")).isEqualTo("cluster");
    assertThat(config.getBoolean("akka.actor.allow-java-serialization")).isFalse();
    assertThat(config.getString("akka.cluster.downing-provider-class"))
        .isEqualTo("akka.cluster.sbr.SplitBrainResolverProvider");
    assertThat(config.getBytes("akka.remote.artery.advanced.maximum-frame-size"))
        .isEqualTo(2 << 20);
  }

  @Test
  void namesTheKey_whenManagementWouldListenBeyondLoopback() throws IOException {
    Config config = load("granary.node.management.host = \"0.0.0.0\"");
    assertThatThrownBy(() -> Node.check(config))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("granary.node.management.host");
  }

  @Test
  void namesTheKey_whenTheNetworkOrARoleIsUnknown() throws IOException {
    Config network = load("granary.node.network = moonnet");
    assertThatThrownBy(() -> Node.check(network)).hasMessageContaining("granary.node.network");
    Config role = load("granary.node.roles = [sector, cook]");
    assertThatThrownBy(() -> Node.check(role))
        .hasMessageContaining("granary.node.roles")
        .hasMessageContaining("cook");
  }

  @Test
  void namesTheFile_whenItIsMissing() {
    assertThatThrownBy(() -> NodeConfiguration.load(folder.resolve("none.conf")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("none.conf");
  }

  private Config load(String more) throws IOException {
    Path file = folder.resolve("node.conf");
    Files.writeString(
        file,
        NodeConfiguration.text(
                folder.resolve("node"),
                8558,
                25520,
                "127.0.0.1:9042",
                URI.create("http://127.0.0.1:1234/rpc/v1"),
                folder.resolve("token"))
            + more);
    return NodeConfiguration.load(file);
  }
}
