package io.granary.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program with the command line of the interop peers.
 *
 * @param name what a person calls it
 * @param command how it is called
 */
record PeerProgram(String name, List<String> command) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long END_SECONDS = 10;

  PeerProgram {
    command = List.copyOf(command);
  }

  /** Our host in a JVM of its own, with the class path of this one. */
  static PeerProgram ours() {
    return new PeerProgram(
        "granary",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Dlogback.configurationFile=logback-bench.xml",
            "-cp",
            System.getProperty("java.class.path"),
            StreamPeer.class.getName()));
  }

  /**
   * js-libp2p, then go-libp2p, where {@code ./granary} has built them.
   *
   * @throws IOException when {@code GRANARY_PEERS} names no peers
   */
  static List<PeerProgram> others() throws IOException {
    String folder = System.getenv("GRANARY_PEERS");
    if (folder == null || !Files.isDirectory(Path.of(folder))) {
      throw new IOException("GRANARY_PEERS names no peers: ./granary bench builds them, sets it");
    }
    Path built = Path.of(folder);
    return List.of(
        new PeerProgram("js-libp2p", List.of("node", built.resolve("js/peer.mjs").toString())),
        new PeerProgram("go-libp2p", List.of(built.resolve("go/peer").toString())));
  }

  /** One that listens. Used by one thread. */
  static final class Listener implements AutoCloseable {
    private final Process process;
    private final String address;

    private Listener(Process process, String address) {
      this.process = process;
      this.address = address;
    }

    String address() {
      return address;
    }

    /** The end of its input is its end. */
    @Override
    public void close() throws IOException {
      try {
        process.getOutputStream().close();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * @throws IOException when it ends instead
   */
  Listener listen() throws IOException {
    Process process = start(List.of("listen"));
    String line = output(process).readLine();
    if (line == null || !line.startsWith("/ip4/")) {
      process.destroyForcibly();
      throw new IOException(name + " does not listen but says " + line);
    }
    return new Listener(process, line);
  }

  /**
   * Runs {@code commands} one after the other in one process, on one connection. A line is printed
   * for each that held; the exit code after the last is of no account, because js-libp2p was seen
   * to fail at closing down after all had held.
   *
   * @return what each took, in milliseconds, by its own clock
   * @throws IOException when one of them did not hold
   */
  List<Double> dial(String address, List<String> commands) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("dial", address));
    arguments.addAll(commands);
    Process process = start(arguments);
    List<Double> millis = new ArrayList<>();
    try (BufferedReader output = output(process)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        JsonNode said = JSON.readTree(line);
        millis.add(said.path("millis").asDouble());
      }
      if (millis.size() != commands.size()) {
        throw new IOException(name + " ended after " + millis.size() + " of " + commands);
      }
      return millis;
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(arguments);
    return new ProcessBuilder(all).redirectError(Redirect.INHERIT).start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }
}
