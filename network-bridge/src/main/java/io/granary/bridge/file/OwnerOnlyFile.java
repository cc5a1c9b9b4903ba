package io.granary.bridge.file;

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
import java.util.Locale;
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

  /**
   * Makes {@code folder} and those above it where they are missing, open to their owner only and on
   * the disk.
   */
  public static void makeFolder(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null || Files.isDirectory(folder)) {
      return;
    }
    makeFolder(parent);
    try {
      Files.createDirectory(folder, NEW_FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    force(parent);
  }

  /**
   * Writes a new file.
   *
   * @throws FileAlreadyExistsException when there is one of that name
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
   * @throws OwnerOnlyException when there is no such file, others than its owner have any right to
   *     it, or it is longer than {@code bytesMax}
   */
  public static byte[] read(Path file, int bytesMax) throws IOException {
    requireOwnerOnly(file);
    byte[] content;
    try (InputStream stream = Files.newInputStream(file)) {
      content = stream.readNBytes(bytesMax + 1);
    }
    if (content.length > bytesMax) {
      throw new OwnerOnlyException(file + " is longer than " + bytesMax + " bytes");
    }
    return content;
  }

  /**
   * Looks at the rights of {@code file}.
   *
   * @throws OwnerOnlyException when there is no such file, or others than its owner have any right
   *     to it
   */
  public static void requireOwnerOnly(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new OwnerOnlyException("there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      throw new OwnerOnlyException(file + " is no regular file");
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
    if (!OWNER.containsAll(rights)) {
      throw new OwnerOnlyException(
          file
              + " can be used by others than its owner (mode "
              + mode(rights)
              + "): chmod 600 it; if anybody may have read it, do not trust it any more");
    }
  }

  /** Rights as {@code 0644 (rw-r--r--)}. */
  private static String mode(Set<PosixFilePermission> rights) {
    int bits = 0;
    for (PosixFilePermission right : PosixFilePermission.values()) {
      bits = bits << 1 | (rights.contains(right) ? 1 : 0);
    }
    return String.format(Locale.ROOT, "%04o (%s)", bits, PosixFilePermissions.toString(rights));
  }
}
