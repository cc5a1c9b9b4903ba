package io.granary.prover.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.SectorId;
import io.granary.prover.storage.HeldSector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer to {@code GET /sectors} and {@code GET /sectors/{sector file name}}: what the node has
 * of sectors, from the first on, or behind the one named.
 *
 * @param storageIds the storage paths there
 * @param sectors in ascending order
 * @param more whether others follow
 */
record SectorPage(List<String> storageIds, List<HeldSector> sectors, boolean more) {
  static final String PATH = "/sectors";

  /** Sectors of one page: some 120 bytes each. */
  static final int SECTORS_MAX = 4096;

  /** The longest page that is read. */
  static final int BYTES_MAX = 2 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  SectorPage {
    storageIds = List.copyOf(storageIds);
    sectors = List.copyOf(sectors);
  }

  /** The path of the page behind {@code after}. */
  static String path(Optional<SectorId> after) {
    return after.map(sector -> PATH + "/" + sector.fileName()).orElse(PATH);
  }

  byte[] encode() {
    ObjectNode node = JSON.createObjectNode().put("more", more);
    ArrayNode paths = node.putArray("storageIds");
    storageIds.forEach(paths::add);
    ArrayNode array = node.putArray("sectors");
    for (HeldSector held : sectors) {
      ObjectNode one =
          array
              .addObject()
              .put("miner", held.sector().miner().value())
              .put("number", held.sector().number().value())
              .put("replica", held.replica());
      held.unsealed()
          .ifPresent(
              file ->
                  one.putObject("unsealed")
                      .put("storageId", file.storageId())
                      .put("bytes", file.bytes())
                      .put("modifiedMillis", file.modifiedMillis()));
    }
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  /**
   * Reads a page.
   *
   * @throws IOException when a field is missing or out of range
   */
  static SectorPage decode(byte[] body) throws IOException {
    JsonNode node = JSON.readTree(body);
    List<String> storageIds = new ArrayList<>();
    for (JsonNode id : node.path("storageIds")) {
      storageIds.add(id.asText());
    }
    List<HeldSector> sectors = new ArrayList<>();
    for (JsonNode sector : node.path("sectors")) {
      sectors.add(sector(sector));
    }
    return new SectorPage(storageIds, sectors, node.path("more").asBoolean(false));
  }

  private static HeldSector sector(JsonNode node) throws IOException {
    JsonNode file = node.path("unsealed");
    return new HeldSector(
        SectorId.of(integer(node, "miner"), integer(node, "number")),
        file.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new HeldSector.UnsealedFile(
                    file.path("storageId").asText(),
                    integer(file, "bytes"),
                    integer(file, "modifiedMillis"))),
        node.path("replica").asBoolean(false));
  }

  private static long integer(JsonNode node, String field) throws IOException {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
      throw new IOException(field + ": expected a whole number, got " + value);
    }
    return value.asLong();
  }
}
