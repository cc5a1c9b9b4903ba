package io.granary.prover.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.job.BlobRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of {@code POST /copies}: blobs of which the receiver should keep a second copy.
 *
 * @param from the node that has them
 */
public record CopyAsk(TransferAddress from, List<BlobRef> blobs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public CopyAsk {
    blobs = List.copyOf(blobs);
    if (blobs.isEmpty() || blobs.size() > VanillaAsk.SECTORS_MAX) {
      throw new IllegalArgumentException("blobs: expected 1 to " + VanillaAsk.SECTORS_MAX);
    }
  }

  byte[] encode() {
    ObjectNode node = JSON.createObjectNode().put("host", from.host()).put("port", from.port());
    ArrayNode array = node.putArray("blobs");
    for (BlobRef blob : blobs) {
      array
          .addObject()
          .put("storageId", blob.storageId())
          .put("path", blob.path())
          .put("length", blob.length())
          .put("sha256", blob.sha256().toHex());
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
  static CopyAsk decode(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      List<BlobRef> blobs = new ArrayList<>();
      for (JsonNode blob : node.path("blobs")) {
        long length = blob.path("length").asLong(-1);
        if (length < 1 || length > VanillaFrames.PROOF_BYTES_MAX) {
          throw new IllegalArgumentException("length: out of range");
        }
        blobs.add(
            new BlobRef(
                blob.path("storageId").asText(),
                blob.path("path").asText(),
                length,
                Bytes.fromHex(blob.path("sha256").asText()).requireLength(32, "sha256")));
      }
      return new CopyAsk(
          new TransferAddress(node.path("host").asText(), node.path("port").asInt()), blobs);
    } catch (IOException e) {
      throw new IllegalArgumentException("body: not JSON", e);
    }
  }
}
