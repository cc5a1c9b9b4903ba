package io.granary.devnet.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The recorded answers of a real node, by file name without ending, those of the folder of deals
 * with its name before theirs. They come with protocol's test jar, which keeps them unchanged, with
 * their source in a README beside them.
 */
final class Recordings {
  /** Names of recordings in the folder of that name begin so. */
  static final String DEALS = "deals/";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, JsonNode> ALL = load();

  private Recordings() {}

  static Map<String, JsonNode> all() {
    return ALL;
  }

  static JsonNode get(String name) {
    JsonNode recording = ALL.get(name);
    if (recording == null) {
      throw new AssertionError("no recording " + name);
    }
    return recording;
  }

  /** The method of a recording, with its prefix; empty for raw transport. */
  static Optional<String> method(String name) {
    return Optional.ofNullable(get(name).path("method").textValue());
  }

  /** All results recorded for {@code method}. */
  static List<JsonNode> resultsOf(String method) {
    List<JsonNode> results = new ArrayList<>();
    for (JsonNode recording : ALL.values()) {
      if (method.equals(recording.path("method").textValue()) && recording.has("result")) {
        results.add(recording.get("result"));
      }
    }
    return results;
  }

  private static Map<String, JsonNode> load() {
    URL readme = Recordings.class.getResource("/recorded/README.md");
    if (readme == null) {
      throw new AssertionError("recorded/README.md is not on the class path");
    }
    try {
      URI uri = readme.toURI();
      if (!uri.getScheme().equals("jar")) {
        return readAll(Path.of(uri).resolveSibling("."));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return readAll(jar.getPath("/recorded"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, JsonNode> readAll(Path folder) throws IOException {
    Map<String, JsonNode> recordings = new TreeMap<>();
    read(folder, "", recordings);
    read(folder.resolve("deals"), DEALS, recordings);
    return Collections.unmodifiableMap(recordings);
  }

  private static void read(Path folder, String prefix, Map<String, JsonNode> recordings)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".json")) {
          JsonNode json = JSON.readTree(Files.readAllBytes(file));
          dropLeftOutTraces(json);
          recordings.put(prefix + name.substring(0, name.length() - ".json".length()), json);
        }
      }
    }
  }

  /** Traces were left out of all recordings but one; the note in their place is no answer. */
  private static void dropLeftOutTraces(JsonNode recording) {
    JsonNode result = recording.path("result");
    if (result.path("ExecutionTrace").has("left_out")) {
      ((ObjectNode) result).remove("ExecutionTrace");
    }
  }
}
