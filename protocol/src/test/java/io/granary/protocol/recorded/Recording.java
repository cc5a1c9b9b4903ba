package io.granary.protocol.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One recorded call.
 *
 * @param name the file's name below the folder, without ending: {@code deals/StateCall--agg-dup}
 * @param method without the prefix {@code Filecoin.}
 * @param result empty when the node answered with an error; a JSON null is a result
 * @param error the JSON-RPC error object
 */
public record Recording(
    String name,
    String method,
    JsonNode params,
    Optional<JsonNode> result,
    Optional<JsonNode> error,
    int httpStatus) {
  @Override
  public String toString() {
    return name;
  }
}
