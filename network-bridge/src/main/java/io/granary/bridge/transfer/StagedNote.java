package io.granary.bridge.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.deal.TransferSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is known of a staged file, kept beside it.
 *
 * @param source hash of where it comes from: the URL may hold credentials
 * @param validator the strong ETag, or the time of the last change, that its bytes go with
 * @param totalBytes of the file where it comes from; 0 while unknown
 * @param syncedBytes of it that are on disk, safely
 */
record StagedNote(String source, Optional<String> validator, long totalBytes, long syncedBytes) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a source is known by. */
  static String sourceOf(TransferSource.Http source) {
    return hash(source.uri().toString());
  }

  /** What an operator's file is known by. */
  static String sourceOf(StagedFile imported) {
    return hash("file:" + imported.path());
  }

  private static String hash(String name) {
    try {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  StagedNote synced(long bytes) {
    return new StagedNote(source, validator, totalBytes, bytes);
  }

  StagedNote complete(long bytes) {
    return new StagedNote(source, validator, bytes, bytes);
  }

  byte[] toJson() {
    ObjectNode json = JSON.createObjectNode().put("source", source);
    validator.ifPresent(value -> json.put("validator", value));
    json.put("totalBytes", totalBytes).put("syncedBytes", syncedBytes);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads {@link #toJson}; empty for anything else, such as a note that was cut off. */
  static Optional<StagedNote> parse(byte[] text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (IOException e) {
      return Optional.empty();
    }
    long total = json.path("totalBytes").asLong(-1);
    long synced = json.path("syncedBytes").asLong(-1);
    if (!json.path("source").isTextual() || total < 0 || synced < 0) {
      return Optional.empty();
    }
    Optional<String> validator =
        Optional.of(json.path("validator")).filter(JsonNode::isTextual).map(JsonNode::asText);
    return Optional.of(new StagedNote(json.path("source").asText(), validator, total, synced));
  }
}
