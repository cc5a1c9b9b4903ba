package io.granary.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node's process says, and how it ends, when it cannot start. */
class NodeStartIT {
  @TempDir private Path folder;

  /** How a process ended and what it said to its operator, below its log. */
  private record Ended(int code, List<String> said) {}

  private Ended start(String more) throws IOException, InterruptedException {
    Path config = folder.resolve("node.conf");
    Files.writeString(
        config,
        """
        granary.node { data-directory = "%1$s/node", management.port = 0, cluster.port = 0 }
        granary.persistence { contact-points = ["127.0.0.1:1"], connect-timeout = 1s }
        granary.prover.child.work-directory = "%1$s/prover"
        %2$s
        """
            .formatted(folder, more));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.granary.ops.Main",
                "node",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(),
        Files.readAllLines(output).stream()
            .dropWhile(line -> !line.startsWith("granary: "))
            .toList());
  }

  @Test
  void saysWhyOnOneLineAndFails_whenItsStoreDoesNotAnswer()
      throws IOException, InterruptedException {
    Ended ended = start("");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.said()).hasSize(1);
    assertThat(ended.said().get(0)).startsWith("granary: ").contains("127.0.0.1:1");
  }

  @Test
  void saysWhyOnOneLineAndFails_whenItsClusterPortIsTaken()
      throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ended ended = start("granary.node.cluster.port = " + taken.getLocalPort());
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.said()).hasSize(1);
      assertThat(ended.said().get(0))
          .startsWith("granary: granary.node.cluster")
          .contains(Integer.toString(taken.getLocalPort()));
    }
  }
}
