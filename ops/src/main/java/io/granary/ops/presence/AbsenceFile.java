package io.granary.ops.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;

/**
 * For how long addresses on chain have been seen to be no node's, kept over restarts. Times in
 * which this node did not look are not in it. Used by one thread, which waits for the disk.
 *
 * @param file it is; its folder is there
 */
record AbsenceFile(Path file) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What was written last; nothing when there is no file yet.
   *
   * @throws IOException when it cannot be read, or says something else
   */
  Map<Multiaddr, Duration> read() throws IOException {
    Map<Multiaddr, Duration> absent = new HashMap<>();
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        absent.put(Multiaddr.parse(entry.getKey()), Duration.parse(entry.getValue().asText()));
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (JsonProcessingException | PeerFormatException | DateTimeParseException e) {
      throw new IOException(file + " is no list of addresses: " + e.getMessage(), e);
    }
    return absent;
  }

  /** Replaces what is there; a reader finds this or what was there before. */
  void write(Map<Multiaddr, Duration> absent) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    absent.forEach((address, time) -> json.put(address.toString(), time.toString()));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, json.toString());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
