package io.granary.bridge.ipni;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The chain on disk: a file for each node under its CID, one that names the head, and one for each
 * context that is advertised, with the link to its entries. A file has its name only when it is
 * whole and on the disk; the head is moved last. One publisher writes, any number of threads read.
 */
final class AdFolder {
  private static final String HEAD = "head";
  private static final String PART = ".part";

  private final Path nodes;
  private final Path contexts;
  private final Path root;

  AdFolder(Path root) throws IOException {
    this.root = root;
    this.nodes = Files.createDirectories(root.resolve("nodes"));
    this.contexts = Files.createDirectories(root.resolve("contexts"));
  }

  void put(IpniBlock block) throws IOException {
    Path file = nodes.resolve(block.cid().toString());
    if (!Files.exists(file)) {
      write(file, block.data());
    }
  }

  /** The bytes of a node. */
  Optional<Bytes> get(Cid cid) throws IOException {
    return read(nodes.resolve(cid.toString()));
  }

  Optional<Cid> head() throws IOException {
    return read(root.resolve(HEAD)).map(AdFolder::cid);
  }

  void moveHead(Cid head) throws IOException {
    write(root.resolve(HEAD), utf8(head.toString()));
  }

  /** The entries advertised under a context, unless they were taken back. */
  Optional<Cid> advertised(Bytes contextId) throws IOException {
    return read(contexts.resolve(contextId.toHex())).map(AdFolder::cid);
  }

  /** Every context that is advertised. */
  List<Bytes> contexts() throws IOException {
    try (Stream<Path> files = Files.list(contexts)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(PART))
          .map(Bytes::fromHex)
          .toList();
    }
  }

  void advertise(Bytes contextId, Cid entries) throws IOException {
    write(contexts.resolve(contextId.toHex()), utf8(entries.toString()));
  }

  void forget(Bytes contextId) throws IOException {
    Files.deleteIfExists(contexts.resolve(contextId.toHex()));
  }

  private static Optional<Bytes> read(Path file) throws IOException {
    try {
      return Optional.of(Bytes.of(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void write(Path file, Bytes data) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + PART);
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(data.toArray());
      while (buffer.hasRemaining()) {
        if (channel.write(buffer) < 1) {
          throw new IOException(part + " takes no bytes");
        }
      }
      channel.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Cid cid(Bytes text) {
    return Cid.parse(new String(text.toArray(), StandardCharsets.UTF_8));
  }

  private static Bytes utf8(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
