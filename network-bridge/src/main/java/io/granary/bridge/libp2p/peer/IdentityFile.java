package io.granary.bridge.libp2p.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The file of an identity key. It is written under another name, forced to the disk, and then
 * linked to its own name, which fails when that is taken: nobody ever sees half a key, and no key
 * is replaced. Its last 32 bytes are the public key of the 32 before, so that damage is seen.
 */
final class IdentityFile {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);
  private static final FileAttribute<?> NEW_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> NEW_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final int SUFFIX_BYTES = 8;

  private final Path file;

  IdentityFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  Identity loadOrCreate() {
    try {
      Optional<Identity> existing = load();
      if (existing.isPresent()) {
        return existing.get();
      }
      create(Identity.generate());
      return load()
          .orElseThrow(() -> new IdentityFileException(file + ": gone right after it was made"));
    } catch (IOException | UnsupportedOperationException e) {
      throw new IdentityFileException(file + ": can not read or make the identity file", e);
    }
  }

  private Optional<Identity> load() throws IOException {
    Path target;
    try {
      target = file.toRealPath();
    } catch (NoSuchFileException e) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new IdentityFileException(file + ": is a link to a file that does not exist", e);
      }
      return Optional.empty();
    }
    checkRights(target);
    byte[] content;
    try (InputStream input = Files.newInputStream(target)) {
      content = input.readNBytes(KeyMessage.BYTES_MAX + 1);
    }
    try {
      return Optional.of(Identity.of(PrivateKey.decode(content)));
    } catch (PeerFormatException e) {
      throw new IdentityFileException(
          file + ": damaged, or no identity key (" + e.getMessage() + "); restore it from a copy",
          e);
    }
  }

  private void checkRights(Path target) throws IOException {
    if (!Files.isRegularFile(target)) {
      throw new IdentityFileException(file + ": is no regular file");
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(target);
    if (!OWNER.containsAll(rights)) {
      throw new IdentityFileException(
          String.format(
              Locale.ROOT,
              "%s: mode %s lets others than its owner at a private key; chmod 600 it, and take a"
                  + " new key if anybody may have read it",
              file,
              mode(rights)));
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

  private void create(Identity identity) throws IOException {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IdentityFileException(file + ": is no regular file");
    }
    makeDirectories(directory);
    Path draft = directory.resolve("." + file.getFileName() + "." + randomSuffix());
    try {
      write(draft, identity.encode());
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Another process was first: its key counts, ours is forgotten.
      return;
    } finally {
      Files.deleteIfExists(draft);
      force(directory);
    }
  }

  private static void makeDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || Files.isDirectory(directory)) {
      return;
    }
    makeDirectories(parent);
    try {
      Files.createDirectory(directory, NEW_DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
    force(parent);
  }

  private static void write(Path draft, byte[] content) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(draft, options, NEW_FILE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String randomSuffix() {
    byte[] suffix = new byte[SUFFIX_BYTES];
    new SecureRandom().nextBytes(suffix);
    return HexFormat.of().formatHex(suffix);
  }
}
