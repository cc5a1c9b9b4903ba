package io.granary.bench;

import io.granary.bridge.libp2p.peer.PeerId;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Idle peers in a process of their own, so that neither their memory nor their open files are the
 * server's.
 */
final class IdlePeers implements AutoCloseable {
  private static final long CLOSE_SECONDS = 20;

  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;
  private int opened;

  private IdlePeers(Process process) {
    this.process = process;
    this.orders =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts the process, which connects to nobody yet. */
  static IdlePeers of(InetSocketAddress server, PeerId id) throws IOException {
    return new IdlePeers(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx768m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    IdleMain.class.getName(),
                    Integer.toString(server.getPort()),
                    id.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /**
   * Opens so many connections more.
   *
   * @throws IOException when not all are up that were ever opened
   */
  void open(int more) throws IOException {
    opened += more;
    orders.write(more + "\n");
    orders.flush();
    String up = answers.readLine();
    if (!Integer.toString(opened).equals(up)) {
      throw new IOException(
          "of " + opened + " idle connections are up: " + (up == null ? "none" : up));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      orders.close();
      if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      answers.close();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
