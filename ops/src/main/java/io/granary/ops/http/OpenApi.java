package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The description of management HTTP for programs (OpenAPI 3.1). */
final class OpenApi {
  static final String PATH = "/v1/openapi.json";
  private static final String RESOURCE = "openapi.json";

  private OpenApi() {}

  static Endpoint endpoint() {
    JsonNode document = document();
    return Endpoint.get(PATH, Set.of(), call -> CompletableFuture.completedFuture(document));
  }

  static JsonNode document() {
    try (InputStream stream = OpenApi.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the build");
      }
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }
}
