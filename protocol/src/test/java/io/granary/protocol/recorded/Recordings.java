package io.granary.protocol.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder {@code recorded/}, whether it lies as a folder or in the test-jar. */
public final class Recordings {
  private static final String FOLDER = "recorded";

  private Recordings() {}

  /** Every recorded call, sorted by name. */
  public static List<Recording> calls() {
    List<Recording> calls = new ArrayList<>();
    for (String name : names()) {
      JsonNode file = read(name);
      if (file.has("method") && file.has("params") && !file.has("frames")) {
        calls.add(call(name, file));
      }
    }
    return calls;
  }

  /** The recorded call {@code name}. */
  public static Recording call(String name) {
    return call(name, read(name));
  }

  /** The file {@code name}, without ending, as it is. */
  public static JsonNode read(String name) {
    String resource = "/" + FOLDER + "/" + name + ".json";
    try (InputStream in = Recordings.class.getResourceAsStream(resource)) {
      return JsonText.parse(Objects.requireNonNull(in, resource).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all files, without ending, sorted. */
  public static List<String> names() {
    URL url = Objects.requireNonNull(Recordings.class.getResource("/" + FOLDER), FOLDER);
    try {
      URI uri = url.toURI();
      if (!"jar".equals(uri.getScheme())) {
        return list(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return list(jar.getPath("/" + FOLDER));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    }
  }

  private static Recording call(String name, JsonNode file) {
    String method = file.get("method").textValue();
    return new Recording(
        name,
        method.substring(method.indexOf('.') + 1),
        file.get("params"),
        Optional.ofNullable(file.get("result")),
        Optional.ofNullable(file.get("error")),
        file.get("http_status").intValue());
  }
}
