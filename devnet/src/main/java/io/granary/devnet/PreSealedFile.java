package io.granary.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.chain.DevnetException;
import io.granary.devnet.chain.GenesisSpec.PreSealed;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.piece.Commitment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Sectors sealed before genesis, as JSON: {@code [{"number":0,"commR":"<hex>","commD":"<hex>",
 * "proofType":5}, …]}; with {@code "deadline":7} a sector goes into that deadline.
 */
public final class PreSealedFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private PreSealedFile() {}

  /**
   * Reads {@code file}.
   *
   * @throws DevnetException naming file and entry when it has another form
   */
  public static List<PreSealed> read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new DevnetException("pre-sealed sectors " + file + ": cannot read", e);
    }
    if (!root.isArray()) {
      throw new DevnetException("pre-sealed sectors " + file + ": expected a list");
    }
    List<PreSealed> sectors = new ArrayList<>();
    for (JsonNode entry : root) {
      try {
        sectors.add(
            new PreSealed(
                new SectorNumber(integer(entry, "number")),
                new RegisteredSealProof((int) integer(entry, "proofType")),
                Commitment.fromHex(entry.path("commR").asText()),
                Commitment.fromHex(entry.path("commD").asText()),
                entry.has("deadline")
                    ? OptionalInt.of((int) integer(entry, "deadline"))
                    : OptionalInt.empty()));
      } catch (IllegalArgumentException e) {
        throw new DevnetException("pre-sealed sectors " + file + ": entry " + sectors.size(), e);
      }
    }
    return sectors;
  }

  /**
   * Writes {@code sectors} in the form {@link #read} takes.
   *
   * @throws DevnetException when it cannot be written
   */
  public static void write(Path file, List<PreSealed> sectors) {
    ArrayNode root = JSON.createArrayNode();
    for (PreSealed sector : sectors) {
      ObjectNode entry = root.addObject();
      entry.put("number", sector.number().value());
      entry.put("commR", sector.commR().bytes().toHex());
      entry.put("commD", sector.commD().bytes().toHex());
      entry.put("proofType", sector.sealProof().number());
      sector.deadline().ifPresent(deadline -> entry.put("deadline", deadline));
    }
    try {
      Files.writeString(file, root.toPrettyString());
    } catch (IOException e) {
      throw new DevnetException("pre-sealed sectors " + file + ": cannot write", e);
    }
  }

  private static long integer(JsonNode entry, String name) {
    if (!entry.path(name).canConvertToLong()) {
      throw new IllegalArgumentException(name + ": expected an integer");
    }
    return entry.get(name).longValue();
  }
}
