package io.granary.ops.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What a resumed demo must know, kept as {@value #FILE_NAME} in the demo's folder. The sector's own
 * state is not here: that is the journal's.
 *
 * @param file the stored file
 * @param bytes its length
 * @param sha256 lower-case hex
 * @param deal whether it is stored by a deal
 * @param miner empty until it was created
 * @param sector empty until it was started
 */
record DemoRecord(
    Path file,
    long bytes,
    String sha256,
    String sectorSize,
    boolean deal,
    Optional<String> miner,
    Optional<Long> sector) {
  static final String FILE_NAME = "demo.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  DemoRecord withMiner(String created) {
    return new DemoRecord(file, bytes, sha256, sectorSize, deal, Optional.of(created), sector);
  }

  DemoRecord withSector(long started) {
    return new DemoRecord(file, bytes, sha256, sectorSize, deal, miner, Optional.of(started));
  }

  /** Empty when there is no demo in {@code folder}. */
  static Optional<DemoRecord> read(Path folder) {
    Path path = folder.resolve(FILE_NAME);
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(path.toFile());
      return Optional.of(
          new DemoRecord(
              Path.of(json.required("file").asText()),
              json.required("bytes").asLong(),
              json.required("sha256").asText(),
              json.required("sectorSize").asText(),
              json.path("deal").asBoolean(),
              Optional.ofNullable(json.get("miner")).map(JsonNode::asText),
              Optional.ofNullable(json.get("sector")).map(JsonNode::asLong)));
    } catch (IOException | IllegalArgumentException e) {
      throw new DemoException(
          "the record of the former demo cannot be read: " + path + " (" + e.getMessage() + ")", e);
    }
  }

  /** Replaces the record in {@code folder} in one step. */
  void write(Path folder) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("file", file.toString())
            .put("bytes", bytes)
            .put("sha256", sha256)
            .put("sectorSize", sectorSize)
            .put("deal", deal);
    miner.ifPresent(value -> json.put("miner", value));
    sector.ifPresent(value -> json.put("sector", value));
    try {
      Path temporary = folder.resolve(FILE_NAME + ".tmp");
      Files.writeString(temporary, json.toPrettyString());
      Files.move(
          temporary,
          folder.resolve(FILE_NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DemoException("the demo's record cannot be written to " + folder, e);
    }
  }
}
