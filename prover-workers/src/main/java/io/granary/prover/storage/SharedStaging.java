package io.granary.prover.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A folder that several nodes have mounted (NFS, Ceph, Lustre) and in which deals are staged, so
 * that a deal finds its bytes on whatever node it lives. Not a storage path: no sectors lie on it,
 * and nobody holds a lock on it. Its id stands in {@value #FILE_NAME}, which the first node makes.
 *
 * @param id as those of storage paths, the same on every node
 * @param root where this node has mounted it
 */
public record SharedStaging(String id, Path root) {
  static final String FILE_NAME = "staging.json";

  private static final String ID = "ID";
  private static final long FILE_BYTES_MAX = 4096;
  private static final Pattern ID_FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the id, and makes one where there is none.
   *
   * @param root must be there: a mount that is missing is not to be filled by what lies under it
   * @throws StorageException when it is no folder, or has no id and none can be made
   */
  public static SharedStaging open(Path root) {
    if (!Files.isDirectory(root)) {
      throw new StorageException("shared staging: " + root + " is no folder; is it mounted?");
    }
    Path file = root.resolve(FILE_NAME);
    try {
      if (!Files.exists(file)) {
        make(root, file);
      }
      return new SharedStaging(read(file), root.toAbsolutePath());
    } catch (IOException | UnsupportedOperationException e) {
      throw new StorageException("shared staging: cannot use " + root, e);
    }
  }

  /** A link comes to be whole, and only once: of nodes that start together one makes the id. */
  private static void make(Path root, Path file) throws IOException {
    String id = UUID.randomUUID().toString();
    Path fresh = root.resolve(FILE_NAME + "-" + id);
    try {
      try (FileChannel channel =
          FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer text =
            ByteBuffer.wrap(JSON.writeValueAsBytes(JSON.createObjectNode().put(ID, id)));
        while (text.hasRemaining()) {
          channel.write(text);
        }
        channel.force(true);
      }
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      // Another node was first: its id is read.
      if (!Files.exists(file)) {
        throw e;
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new IOException(file + " is too long");
    }
    JsonNode id = JSON.readTree(Files.readAllBytes(file)).path(ID);
    if (!id.isTextual() || !ID_FORM.matcher(id.asText()).matches()) {
      throw new IOException(file + " names no id");
    }
    return id.asText();
  }
}
