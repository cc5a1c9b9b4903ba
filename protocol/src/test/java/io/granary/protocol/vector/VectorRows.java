package io.granary.protocol.vector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every row of a vector file: each element of a top-level array, and each top-level object as one
 * row. Top-level scalars only describe the file. A test takes all rows and must have a check for
 * each section, so that no row can be passed over in silence.
 */
public final class VectorRows {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private VectorRows() {}

  /** One row: the section it stands in, its place there, and its content. */
  public record Row(String section, int index, JsonNode value) {
    /** The text of a member. */
    public String text(String member) {
      return value.required(member).asText();
    }

    @Override
    public String toString() {
      String text = value.toString();
      return section + "[" + index + "] " + text.substring(0, Math.min(text.length(), 80));
    }
  }

  /** The whole file {@code vectors/<name>.json}. */
  public static JsonNode file(String name) {
    String path = "/vectors/" + name + ".json";
    try (InputStream input = VectorRows.class.getResourceAsStream(path)) {
      if (input == null) {
        throw new IllegalStateException("no vector file " + path);
      }
      return MAPPER.readTree(input);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + path, e);
    }
  }

  /** All rows of {@code vectors/<name>.json}. */
  public static Stream<Row> of(String name) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> section : file(name).properties()) {
      JsonNode content = section.getValue();
      if (content.isArray()) {
        for (int i = 0; i < content.size(); i++) {
          rows.add(new Row(section.getKey(), i, content.get(i)));
        }
      } else if (content.isObject()) {
        rows.add(new Row(section.getKey(), 0, content));
      }
    }
    return rows.stream();
  }
}
