package io.granary.ops.supervise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which member of the cluster the running process is, beside its data: what a supervisor needs to
 * say who died. The uid tells two processes of one address apart, so that the news of a death never
 * strikes the process that was started after it.
 *
 * @param address as the cluster's members call it, {@code akka://granary@host:port}
 * @param uid drawn anew by every process
 */
public record MemberFile(String address, long uid) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "member.json";

  /** Writes it into {@code dataDirectory}, over that of an earlier process. */
  public void write(Path dataDirectory) throws IOException {
    Files.writeString(
        dataDirectory.resolve(NAME),
        JsonNodeFactory.instance
            .objectNode()
            .put("address", address)
            .put("uid", Long.toString(uid))
            .toString());
  }

  /** What {@code dataDirectory} says; empty when there is none, or half of one. */
  public static Optional<MemberFile> read(Path dataDirectory) throws IOException {
    try {
      JsonNode tree = JSON.readTree(Files.readString(dataDirectory.resolve(NAME)));
      return Optional.of(
          new MemberFile(tree.path("address").asText(), Long.parseLong(tree.path("uid").asText())));
    } catch (NoSuchFileException | JsonProcessingException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Removes that of an earlier process, so that it is not taken for the next one's. */
  public static void delete(Path dataDirectory) throws IOException {
    Files.deleteIfExists(dataDirectory.resolve(NAME));
  }
}
