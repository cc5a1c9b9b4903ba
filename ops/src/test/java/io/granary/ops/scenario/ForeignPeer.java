package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.granary.protocol.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The js-libp2p peer of network-bridge's interop tests, which is not ours: its streams and its
 * HTTP. Where it is says the environment variable {@code GRANARY_PEERS}, which {@code ./granary
 * test} sets; without it the test is skipped.
 */
final class ForeignPeer {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path program;

  private ForeignPeer(Path program) {
    this.program = program;
  }

  static ForeignPeer built() {
    String folder = System.getenv("GRANARY_PEERS");
    Assumptions.assumeTrue(
        folder != null, "GRANARY_PEERS names no peers: ./granary test builds them and sets it");
    return new ForeignPeer(Path.of(folder, "js", "peer.mjs"));
  }

  /** Sends {@code question} on a stream of {@code protocol}; gives what came back up to its end. */
  Bytes exchange(String address, String protocol, Bytes question) throws Exception {
    JsonNode said = run("dial", address, "exchange:" + protocol + ":" + question.toHex());
    return Bytes.fromHex(said.path("answer").asText());
  }

  /** What a GET of {@code url} brings; it has to be answered with 200. */
  Bytes fetch(String url) throws Exception {
    JsonNode said = run("fetch", url);
    assertThat(said.path("status").asInt()).as("%s", said).isEqualTo(200);
    return Bytes.fromHex(said.path("body").asText());
  }

  private JsonNode run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return JSON.readTree(said.lines().reduce("", (before, line) -> line));
  }
}
