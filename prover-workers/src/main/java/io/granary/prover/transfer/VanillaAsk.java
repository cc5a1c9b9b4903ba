package io.granary.prover.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The body of {@code POST /vanilla}: sectors whose vanilla proofs another node wants.
 *
 * @param sectorLimit how long one may take
 */
public record VanillaAsk(
    ActorId miner,
    RegisteredPoStProof type,
    Bytes randomness,
    List<ReplicaRef> sectors,
    Duration sectorLimit) {
  /** Sectors of one ask: the largest partition there is (go-state-types, 32 GiB: 2,349). */
  static final int SECTORS_MAX = 2_349;

  private static final ObjectMapper JSON = new ObjectMapper();

  public VanillaAsk {
    randomness.requireLength(32, "randomness");
    sectors = List.copyOf(sectors);
    if (sectors.isEmpty() || sectors.size() > SECTORS_MAX) {
      throw new IllegalArgumentException("sectors: expected 1 to " + SECTORS_MAX);
    }
    if (sectorLimit.isNegative() || sectorLimit.isZero()) {
      throw new IllegalArgumentException("sector limit: must be above 0, got " + sectorLimit);
    }
  }

  byte[] encode() {
    ObjectNode node = JSON.createObjectNode();
    node.put("miner", miner.value());
    node.put("postProof", type.number());
    node.put("randomness", randomness.toHex());
    node.put("sectorLimitMillis", sectorLimit.toMillis());
    ArrayNode array = node.putArray("sectors");
    for (ReplicaRef sector : sectors) {
      array
          .addObject()
          .put("number", sector.number().value())
          .put("sealProof", sector.sealProof().number())
          .put("sealed", sector.sealed().toString());
    }
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  /**
   * Reads a body.
   *
   * @throws IllegalArgumentException when a field is missing or out of range
   */
  static VanillaAsk decode(byte[] body) {
    JsonNode node;
    try {
      node = JSON.readTree(body);
    } catch (IOException e) {
      throw new IllegalArgumentException("body: not JSON", e);
    }
    List<ReplicaRef> sectors = new ArrayList<>();
    Set<SectorNumber> numbers = new HashSet<>();
    for (JsonNode sector : node.path("sectors")) {
      SectorNumber number = new SectorNumber(integer(sector, "number"));
      if (!numbers.add(number)) {
        throw new IllegalArgumentException("sectors: " + number + " is there twice");
      }
      sectors.add(
          new ReplicaRef(
              number,
              new RegisteredSealProof(Math.toIntExact(integer(sector, "sealProof"))),
              Commitment.fromHex(text(sector, "sealed"))));
    }
    return new VanillaAsk(
        new ActorId(integer(node, "miner")),
        new RegisteredPoStProof(Math.toIntExact(integer(node, "postProof"))),
        Bytes.fromHex(text(node, "randomness")),
        sectors,
        Duration.ofMillis(integer(node, "sectorLimitMillis")));
  }

  private static long integer(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(field + ": expected a whole number");
    }
    return value.asLong();
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + ": expected a string");
    }
    return value.asText();
  }
}
