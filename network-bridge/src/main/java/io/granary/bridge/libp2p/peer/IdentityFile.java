package io.granary.bridge.libp2p.peer;

import io.granary.bridge.file.OwnerOnlyException;
import io.granary.bridge.file.OwnerOnlyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file of an identity key: an {@link OwnerOnlyFile}, so that nobody ever sees half a key, and
 * no key is replaced. Its last 32 bytes are the public key of the 32 before, so that damage is
 * seen.
 */
final class IdentityFile {
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
      if (Files.isSymbolicLink(file)) {
        throw new IdentityFileException(file + ": is a link to a file that does not exist", e);
      }
      return Optional.empty(); // Another process may make it meanwhile: create() sees it then.
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
    try {
      OwnerOnlyFile.requireOwnerOnly(target);
    } catch (OwnerOnlyException e) {
      throw new IdentityFileException(file + ": " + e.getMessage(), e);
    }
  }

  private void create(Identity identity) throws IOException {
    if (file.getParent() == null) {
      throw new IdentityFileException(file + ": is no regular file");
    }
    try {
      OwnerOnlyFile.create(file, identity.encode());
    } catch (FileAlreadyExistsException e) {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw e; // It is a file where a folder should be.
      }
      // Another process was first: its key counts, ours is forgotten.
    }
  }
}
