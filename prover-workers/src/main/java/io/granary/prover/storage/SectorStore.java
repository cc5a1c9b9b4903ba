package io.granary.prover.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.prover.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A path's {@code sectorstore.json} (lotus storage/sealer/storiface/storage.go, {@code
 * LocalStorageMeta}). Fields that are not ours (groups, allow and deny lists) are left as they are.
 *
 * @param id names the path for ever, wherever it is mounted
 * @param weight 0 or more; a path of twice the weight is picked for twice the bytes
 * @param canSeal whether sealing may use it
 * @param canStore whether finished sectors may stay on it
 * @param maxStorageBytes the most it may hold, or 0 for no bound but the disk's
 */
public record SectorStore(
    String id, long weight, boolean canSeal, boolean canStore, long maxStorageBytes) {
  /** The file's name. */
  public static final String FILE_NAME = "sectorstore.json";

  /** What {@code lotus-miner storage attach --init} gives when no weight is named. */
  public static final long DEFAULT_WEIGHT = 10;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public SectorStore {
    if (id.isBlank()) {
      throw new StorageException(FILE_NAME + ": field ID is empty");
    }
    if (weight < 0 || maxStorageBytes < 0) {
      throw new StorageException(FILE_NAME + ": Weight and MaxStorage must not be negative");
    }
  }

  /**
   * Reads the file in {@code root}.
   *
   * @throws StorageException when it is missing, no JSON, or a field has the wrong type
   */
  static SectorStore read(Path root) {
    Path file = root.resolve(FILE_NAME);
    JsonNode node;
    try {
      node = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new StorageException(file + " is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new StorageException("cannot read " + file + "; is it a storage path?", e);
    }
    return new SectorStore(
        field(file, node, "ID", node.path("ID").isTextual()).asText(),
        field(file, node, "Weight", node.path("Weight").canConvertToLong()).asLong(),
        field(file, node, "CanSeal", node.path("CanSeal").isBoolean()).asBoolean(),
        field(file, node, "CanStore", node.path("CanStore").isBoolean()).asBoolean(),
        node.path("MaxStorage").asLong(0));
  }

  private static JsonNode field(Path file, JsonNode node, String name, boolean good) {
    if (!good) {
      throw new StorageException(file + ": field " + name + " is missing or of the wrong type");
    }
    return node.path(name);
  }

  /** Writes the file into {@code root}, with the fields lotus writes. */
  void write(Path root) {
    ObjectNode node = JSON.createObjectNode();
    node.put("ID", id);
    node.put("Weight", weight);
    node.put("CanSeal", canSeal);
    node.put("CanStore", canStore);
    node.put("MaxStorage", maxStorageBytes);
    for (String list :
        new String[] {
          "Groups", "AllowTo", "AllowTypes", "DenyTypes", "AllowMiners", "DenyMiners"
        }) {
      node.putNull(list);
    }
    try {
      DurableFiles.write(
          root.resolve(FILE_NAME), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node));
    } catch (IOException e) {
      throw new StorageException("cannot write " + root.resolve(FILE_NAME), e);
    }
  }
}
