package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The data owner of a demo: a folder with a key of its own, and {@code granary client} run in it.
 * Each command is shown before it runs, without the options that only say where things are.
 */
final class DemoClient {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int PASSPHRASE_BYTES = 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path home;
  private final Path passphrase;
  private final Map<String, String> environment;
  private final Narrator narrator;

  /**
   * @param folder the demo's
   * @param chain the chain node's JSON-RPC
   * @param tokenFile with a token that lets messages be sent
   */
  DemoClient(Path folder, URI chain, Path tokenFile, Narrator narrator) {
    this.folder = folder;
    this.home = folder.resolve("client");
    this.passphrase = folder.resolve("client-passphrase");
    this.environment =
        Map.of(
            "GRANARY_CLIENT_HOME",
            home.toString(),
            "GRANARY_CHAIN",
            chain.toString(),
            "GRANARY_CHAIN_TOKEN_FILE",
            tokenFile.toString());
    this.narrator = narrator;
  }

  /** Its folder. */
  Path home() {
    return home;
  }

  /** The address of its key, which is made when there is none. */
  String address() {
    boolean known = Files.exists(home.resolve("client.key"));
    makePassphrase();
    return json("key", known ? "show" : "new").path("address").asText();
  }

  private void makePassphrase() {
    if (Files.exists(passphrase)) {
      return;
    }
    byte[] bytes = new byte[PASSPHRASE_BYTES];
    new SecureRandom().nextBytes(bytes);
    try {
      Files.createFile(
          passphrase,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(passphrase, HexFormat.of().formatHex(bytes) + "\n");
    } catch (IOException e) {
      throw new DemoException(passphrase + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Runs a command to its end and reads what it answers; nothing is shown but the command. */
  JsonNode json(String... arguments) {
    show(List.of(arguments));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    StringBuilder answer = new StringBuilder();
    try (ClientProcess client = begin(all, line -> answer.append(line).append('\n'))) {
      client.awaitSuccess(LIMIT);
    }
    try {
      return JSON.readTree(answer.toString());
    } catch (IOException e) {
      throw new DemoException("granary client answers: " + answer, e);
    }
  }

  /** Begins a command whose lines go to {@code lines} as they come. */
  ClientProcess start(List<String> arguments, Consumer<String> lines) {
    show(arguments);
    ClientProcess client = begin(arguments, lines);
    try {
      FormerProcesses.add(folder, client.pid());
    } catch (IOException e) {
      client.close();
      throw new DemoException("the demo's record cannot be written to " + folder, e);
    }
    return client;
  }

  private ClientProcess begin(List<String> arguments, Consumer<String> lines) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--passphrase-file", passphrase.toString()));
    return ClientProcess.start(all, environment, folder.resolve("client.err"), lines);
  }

  private void show(List<String> arguments) {
    narrator.say("$ granary client " + String.join(" ", arguments));
  }
}
