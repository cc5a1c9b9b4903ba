package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Makes the UnixFS tree of a file or a folder: first all CIDs, reading every file once; then {@link
 * ImportedTree} writes the blocks. Memory does not depend on the size of files; of folders the
 * entries on the way down are held. All names are taken, hidden ones too. Symbolic links and
 * devices are refused, never followed.
 */
public final class UnixFsImporter {
  private final UnixFsProfile profile;
  private final ImportLimits limits;
  private final Path spoolFolder;

  /**
   * @param spoolFolder where inner nodes are kept until the tree is closed; for files some 50 bytes
   *     a part
   */
  public UnixFsImporter(UnixFsProfile profile, ImportLimits limits, Path spoolFolder) {
    this.profile = profile;
    this.limits = limits;
    this.spoolFolder = spoolFolder;
  }

  /**
   * Reads all of {@code source}.
   *
   * @param progress hears of the bytes of each part read
   * @throws UnixFsException when something below {@code source} is neither file nor folder, a name
   *     is no UTF-8, or a limit is reached
   * @throws IOException when a file cannot be read or the spool not written
   */
  public ImportedTree read(Path source, LongConsumer progress) throws IOException {
    NodeSpool spool = new NodeSpool(spoolFolder);
    try {
      Node root = new Pass(spool, progress).node(source, 0);
      return new ImportedTree(profile, limits, source, spool, root);
    } catch (IOException | RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  /** The CID of a stream's bytes as one file; nothing is kept. */
  public Cid cidOf(InputStream content) throws IOException {
    try (NodeSpool spool = new NodeSpool(spoolFolder)) {
      return new Pass(spool, bytes -> {}).file(content).cid();
    }
  }

  /** The first reading. */
  private final class Pass {
    private final NodeSpool spool;
    private final LongConsumer progress;

    Pass(NodeSpool spool, LongConsumer progress) {
      this.spool = spool;
      this.progress = progress;
    }

    Node node(Path path, int depth) throws IOException {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        return folder(path, depth);
      }
      if (!attributes.isRegularFile()) {
        String kind = attributes.isSymbolicLink() ? "a symbolic link" : "neither file nor folder";
        throw new UnixFsException(UnixFsException.Kind.UNSAFE, path + " is " + kind);
      }
      try (InputStream content = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
        return file(content);
      }
    }

    private Node folder(Path path, int depth) throws IOException {
      if (depth >= limits.depthMax()) {
        throw limit(path + " is deeper than " + limits.depthMax() + " folders");
      }
      List<FolderTree.Entry> entries = new ArrayList<>();
      try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
        for (Path child : children) {
          if (entries.size() == limits.entriesMax()) {
            throw limit(path + " has more than " + limits.entriesMax() + " entries");
          }
          entries.add(new FolderTree.Entry(name(child), node(child, depth + 1)));
        }
      }
      return new FolderTree(profile, spool).build(entries);
    }

    Node file(InputStream content) throws IOException {
      FileTree tree = new FileTree(profile, spool);
      byte[] buffer = new byte[profile.chunkBytes()];
      int length = content.readNBytes(buffer, 0, buffer.length);
      do {
        Bytes block = profile.leafBlock(Bytes.of(buffer, 0, length));
        tree.add(new Node(profile.leafCid(block), length, block.length(), Node.LEAF));
        progress.accept(length);
        length = content.readNBytes(buffer, 0, buffer.length);
      } while (length > 0);
      return tree.finish();
    }
  }

  private static UnixFsException limit(String problem) {
    return new UnixFsException(UnixFsException.Kind.LIMIT, problem);
  }

  private Bytes name(Path path) {
    String text = path.getFileName().toString();
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      if (bytes.length > limits.nameBytesMax()) {
        throw limit("the name " + text + " has more than " + limits.nameBytesMax() + " bytes");
      }
      return Bytes.of(bytes);
    } catch (CharacterCodingException e) {
      throw new UnixFsException(UnixFsException.Kind.UNSAFE, "a name in " + path.getParent(), e);
    }
  }
}
