package io.granary.protocol.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON text to a tree and back. Whole numbers keep every digit; a second value after the first, a
 * member given twice and nesting beyond Jackson's bound are refused.
 */
public final class JsonText {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonText() {}

  /**
   * Parses UTF-8 text.
   *
   * @throws JsonShapeException when it is no JSON value, or empty
   */
  public static JsonNode parse(byte[] utf8) {
    try {
      return required(MAPPER.readTree(utf8));
    } catch (JsonProcessingException e) {
      throw new JsonShapeException("$", "not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      // Jackson guesses UTF-16 and UTF-32 from zero bytes, and what then is no character it says
      // by an exception of its streams.
      throw new JsonShapeException("$", "not JSON: " + e.getMessage(), e);
    }
  }

  /**
   * Parses text.
   *
   * @throws JsonShapeException when it is no JSON value, or empty
   */
  public static JsonNode parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Compact text. */
  public static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a text", e);
    }
  }

  private static JsonNode required(JsonNode node) {
    if (node.isMissingNode()) {
      throw new JsonShapeException("$", "not JSON: empty");
    }
    return node;
  }
}
