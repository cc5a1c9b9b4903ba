package io.granary.prover.files;

import io.granary.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Publishes files so that one that exists under its name is whole, also after a power cut. */
public final class DurableFiles {
  private static final int BUFFER_BYTES = 1 << 20;

  private DurableFiles() {}

  /** Syncs {@code file}, renames it to {@code target} and syncs the folder. Same file system. */
  public static void publish(Path file, Path target) throws IOException {
    sync(file);
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(parent(target));
  }

  /** Writes a small file whole or not at all. */
  public static void write(Path target, byte[] content) throws IOException {
    Path aside = target.resolveSibling(target.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }
    publish(aside, target);
  }

  /** Forces a file's bytes, or a folder's entries, to the disk. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** SHA-256 of a whole file. */
  public static Bytes sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int read = in.read(buffer);
      while (read >= 0) {
        digest.update(buffer, 0, read);
        read = in.read(buffer);
      }
    }
    return Bytes.of(digest.digest());
  }

  /** SHA-256 of bytes in memory. */
  public static Bytes sha256(byte[] content) {
    return Bytes.of(sha256().digest(content));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Path parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException(path + " has no parent folder");
    }
    return parent;
  }
}
