package io.granary.bridge.transfer;

import io.granary.protocol.deal.StagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt has fetched of a deal's data, and the note beside it. Written by one thread of
 * one process, the one whose attempt it is; read by any.
 *
 * @param folder it lies in
 * @param name of its files, without their ending
 */
record StagedPart(Path folder, String name) {
  static final String DATA = ".data";
  static final String NOTE = ".note";
  static final String NEW_NOTE = ".note-new";

  Path data() {
    return folder.resolve(name + DATA);
  }

  StagedFile file(String storageId, long bytes) {
    return new StagedFile(storageId, Staging.FOLDER + "/" + name + DATA, bytes);
  }

  /** How long its data is, 0 when there is none. */
  long length() {
    try {
      return Files.size(data());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new StagingException("staging: cannot look at " + data(), e);
    }
  }

  Optional<StagedNote> note() {
    Path note = folder.resolve(name + NOTE);
    try {
      return StagedNote.parse(Files.readAllBytes(note));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StagingException("staging: cannot read " + note, e);
    }
  }

  /** Replaces the note; it is on disk when this returns. */
  void write(StagedNote note) {
    Path fresh = folder.resolve(name + NEW_NOTE);
    try {
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(note.toJson());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(fresh, folder.resolve(name + NOTE), StandardCopyOption.ATOMIC_MOVE);
      syncFolder(folder);
    } catch (IOException e) {
      throw new StagingException("staging: cannot write the note of " + data(), e);
    }
  }

  /** Deletes what is there of it; the note first, without which the data is of no use. */
  void delete() {
    try {
      for (String kind : List.of(NOTE, NEW_NOTE, DATA)) {
        Files.deleteIfExists(folder.resolve(name + kind));
      }
      syncFolder(folder);
    } catch (IOException e) {
      throw new StagingException("staging: cannot delete " + data() + " and its note", e);
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
