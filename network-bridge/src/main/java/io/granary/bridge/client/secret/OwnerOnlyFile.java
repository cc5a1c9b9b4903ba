package io.granary.bridge.client.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * Files that only their owner can read. A new one has those rights from its first moment, is whole
 * and on the disk before it has its name, and never takes the place of another.
 */
public final class OwnerOnlyFile {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final FileAttribute<?> NEW_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> NEW_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int SUFFIX_BYTES = 8;

  private OwnerOnlyFile() {}

  /** Makes {@code folder} and those above it where they are missing, open to their owner only. */
  public static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, NEW_FOLDER);
    }
  }

  /**
   * Writes a new file.
   *
   * @throws SecretException when there is one of that name
   */
  public static void create(Path file, byte[] content) throws IOException {
    Path whole = file.toAbsolutePath();
    Path folder = whole.resolveSibling(".").normalize();
    makeFolder(folder);
    byte[] suffix = new byte[SUFFIX_BYTES];
    new SecureRandom().nextBytes(suffix);
    Path draft = folder.resolve("." + whole.getFileName() + "." + HexFormat.of().formatHex(suffix));
    try {
      write(draft, content);
      Files.createLink(whole, draft);
    } catch (FileAlreadyExistsException e) {
      throw new SecretException(file + " exists already and is never replaced", e);
    } finally {
      Files.deleteIfExists(draft);
      force(folder);
    }
  }

  /** Opens a new, empty file for writing; another of that name is an error. */
  public static FileChannel createEmpty(Path file) throws IOException {
    return FileChannel.open(
        file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), NEW_FILE);
  }

  /** Opens a file for reading and writing; a new one is its owner's only. */
  public static FileChannel openOrCreate(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            NEW_FILE);
    try {
      requireOwnerOnly(file);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void write(Path draft, byte[] content) throws IOException {
    try (FileChannel channel = createEmpty(draft)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Has the entries of a folder on the disk. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * The whole content.
   *
   * @throws SecretException when there is no such file, others than its owner have any right to it,
   *     or it is longer than {@code bytesMax}
   */
  public static byte[] read(Path file, int bytesMax) throws IOException {
    requireOwnerOnly(file);
    byte[] content;
    try (InputStream stream = Files.newInputStream(file)) {
      content = stream.readNBytes(bytesMax + 1);
    }
    if (content.length > bytesMax) {
      throw new SecretException(file + " is longer than " + bytesMax + " bytes");
    }
    return content;
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SecretException("there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new SecretException(file + " is no regular file");
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
    if (!OWNER.containsAll(rights)) {
      throw new SecretException(
          file
              + " can be used by others than its owner ("
              + PosixFilePermissions.toString(rights)
              + "): chmod 600 it; if anybody may have read it, do not trust it any more");
    }
  }
}
