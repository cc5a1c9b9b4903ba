package io.granary.bridge.ipni;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A chain on disk, as nodes kept it before it lay in the store: a file for each node under its CID,
 * and one that names the head. Only read.
 */
final class AdFolder {
  private final Path root;

  AdFolder(Path root) {
    this.root = root;
  }

  /** The bytes of a node; empty when they are missing, or others. */
  Optional<Bytes> get(Cid cid) throws IOException {
    return read(root.resolve("nodes").resolve(cid.toString()))
        .filter(data -> Sha256.hash(data).equals(cid.digest()));
  }

  Optional<Cid> head() throws IOException {
    return read(root.resolve("head"))
        .map(text -> Cid.parse(new String(text.toArray(), StandardCharsets.UTF_8)));
  }

  private static Optional<Bytes> read(Path file) throws IOException {
    try {
      return Optional.of(Bytes.of(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
