package io.granary.bridge.libp2p.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.bridge.libp2p.peer.Multiaddr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A peer program that runs. Where it is comes from the environment variable {@code GRANARY_PEERS},
 * which {@code ./granary test} sets after building them.
 */
final class PeerProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path out;
  private final Path err;

  private PeerProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** The folder of the peers that were built; without one the test is skipped. */
  static Path built() {
    String folder = System.getenv("GRANARY_PEERS");
    Assumptions.assumeTrue(
        folder != null, "GRANARY_PEERS names no peers: ./granary test builds them and sets it");
    return Path.of(folder);
  }

  /** Starts it; its output goes to files in {@code logs}. */
  static PeerProcess start(Path logs, List<String> program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(arguments);
    Path out = Files.createTempFile(logs, "peer", ".out");
    Path err = Files.createTempFile(logs, "peer", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new PeerProcess(process, out, err);
  }

  /** Where a peer that listens says it does. */
  Multiaddr address() {
    await().atMost(LIMIT).until(() -> text(out).endsWith("\n") || !process.isAlive());
    String line = text(out).strip();
    assertThat(line).as(this::toString).startsWith("/ip4/");
    return Multiaddr.parse(line);
  }

  /** Waits for a peer that dials: all that it asked for must have held. Gives what it printed. */
  String success() throws InterruptedException {
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(this::toString).isTrue();
    assertThat(process.exitValue()).as(this::toString).isZero();
    return text(out);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "cannot read " + file + ": " + e.getMessage();
    }
  }

  /** All it has said so far. */
  @Override
  public String toString() {
    return process.info().commandLine().orElse("the peer")
        + (process.isAlive() ? " (runs)" : " (exit code " + process.exitValue() + ")")
        + " said\n"
        + text(out)
        + text(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
