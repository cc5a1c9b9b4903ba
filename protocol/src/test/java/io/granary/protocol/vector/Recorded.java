package io.granary.protocol.vector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files recorded from a real node, by folder. */
public final class Recorded {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Recorded() {}

  /** A recorded file: its name and content. */
  public record RecordedFile(String name, JsonNode content) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All files of {@code recorded/<folder>}, by name; folders in it are left out. */
  public static Stream<RecordedFile> folder(String folder) {
    URL url = Recorded.class.getResource("/recorded/" + folder);
    if (url == null) {
      throw new IllegalStateException("no recorded folder " + folder);
    }
    try (Stream<Path> files = Files.list(Path.of(uri(url)))) {
      return files.filter(Files::isRegularFile).sorted().map(Recorded::read).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("listing " + folder, e);
    }
  }

  private static URI uri(URL url) {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("resource " + url, e);
    }
  }

  private static RecordedFile read(Path file) {
    try {
      return new RecordedFile(String.valueOf(file.getFileName()), MAPPER.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }
}
