package io.granary.bridge.transfer;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.StagedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of a storage path where deals' files lie until they are in a sector: {@code
 * <deal>.data}, and {@code <deal>.note} beside it. Files belong to the deal of their name. What
 * belongs to no deal is listed, never deleted by itself; what a deal needs no more is deleted by
 * whoever asks the deals. Thread-safe for different deals.
 */
public final class Staging {
  /** The folder within the storage path. */
  public static final String FOLDER = "deal-staging";

  private static final String DATA = ".data";
  private static final String NOTE = ".note";
  private static final String NEW_NOTE = ".note-new";

  private final String storageId;
  private final Path folder;
  private final Map<DealId, Long> toCome = new HashMap<>();

  private Staging(String storageId, Path folder) {
    this.storageId = storageId;
    this.folder = folder;
  }

  /**
   * The staging of a storage path.
   *
   * @param root where the storage path is mounted
   * @throws StagingException when the folder can be neither found nor made
   */
  public static Staging open(String storageId, Path root) {
    Path folder = root.resolve(FOLDER);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StagingException("staging: cannot make " + folder, e);
    }
    return new Staging(storageId, folder);
  }

  /**
   * A file in staging.
   *
   * @param deal whose it is, by its name; empty when the name is none of ours
   */
  public record Leftover(Path file, Optional<DealId> deal, long bytes) {}

  /** What belongs to none of the deals. */
  public List<Leftover> leftovers(Set<DealId> known) {
    List<Leftover> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Optional<DealId> deal = dealOf(file.getFileName().toString());
        if (deal.filter(known::contains).isEmpty()) {
          found.add(new Leftover(file, deal, Files.size(file)));
        }
      }
    } catch (IOException e) {
      throw new StagingException("staging: cannot list " + folder, e);
    }
    return found;
  }

  /**
   * Deals that anything is staged of, by id.
   *
   * @param after the last that is left out
   * @param max this many at most
   */
  public List<DealId> deals(Optional<DealId> after, int max) {
    return leftovers(Set.of()).stream()
        .flatMap(file -> file.deal().stream())
        .distinct()
        .filter(deal -> after.map(last -> deal.compareTo(last) > 0).orElse(true))
        .sorted()
        .limit(max)
        .toList();
  }

  private static Optional<DealId> dealOf(String name) {
    int dot = name.indexOf('.');
    if (dot < 0 || !Set.of(DATA, NOTE, NEW_NOTE).contains(name.substring(dot))) {
      return Optional.empty();
    }
    try {
      return Optional.of(DealId.parse(name.substring(0, dot)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Path data(DealId deal) {
    return folder.resolve(deal + DATA);
  }

  StagedFile staged(DealId deal, long bytes) {
    return new StagedFile(storageId, FOLDER + "/" + deal + DATA, bytes);
  }

  /**
   * Where a staged file lies, whether it is there or not.
   *
   * @param root of its storage path
   * @throws IOException for a path that leads out of the staging folder
   */
  static Path resolve(Path root, StagedFile file) throws IOException {
    Path home = root.resolve(FOLDER).toAbsolutePath().normalize();
    Path resolved = home.resolveSibling(file.path()).normalize();
    if (!resolved.startsWith(home)) {
      throw new IOException(file.path() + " lies outside of " + home);
    }
    return resolved;
  }

  /** How long the deal's file is, 0 when there is none. */
  long length(DealId deal) {
    try {
      Path data = data(deal);
      return Files.exists(data) ? Files.size(data) : 0;
    } catch (IOException e) {
      throw new StagingException("staging: cannot look at the data of deal " + deal, e);
    }
  }

  Optional<StagedNote> note(DealId deal) {
    Path note = folder.resolve(deal + NOTE);
    try {
      return Files.exists(note) ? StagedNote.parse(Files.readAllBytes(note)) : Optional.empty();
    } catch (IOException e) {
      throw new StagingException("staging: cannot read the note of deal " + deal, e);
    }
  }

  /** Replaces the note; it is on disk when this returns. */
  void write(DealId deal, StagedNote note) {
    Path fresh = folder.resolve(deal + NEW_NOTE);
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
      Files.move(fresh, folder.resolve(deal + NOTE), StandardCopyOption.ATOMIC_MOVE);
      syncFolder();
    } catch (IOException e) {
      throw new StagingException("staging: cannot write the note of deal " + deal, e);
    }
  }

  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes what is there of the deal; the note first, without which the data is of no use. */
  void delete(DealId deal) {
    try {
      for (String kind : List.of(NOTE, NEW_NOTE, DATA)) {
        Files.deleteIfExists(folder.resolve(deal + kind));
      }
      syncFolder();
    } catch (IOException e) {
      throw new StagingException("staging: cannot delete the files of deal " + deal, e);
    }
  }

  /**
   * Whether {@code bytes} more of a deal fit, beside what other deals' transfers still bring and a
   * reserve. They are then kept for it until {@link #unclaim}.
   */
  synchronized boolean claim(DealId deal, long bytes, long reserveBytes) {
    long others = toCome.values().stream().mapToLong(Long::longValue).sum();
    if (freeBytes() - others - bytes < reserveBytes) {
      return false;
    }
    toCome.put(deal, bytes);
    return true;
  }

  /** So many bytes of the claim are still to come. */
  synchronized void claimed(DealId deal, long bytes) {
    toCome.replace(deal, bytes);
  }

  synchronized void unclaim(DealId deal) {
    toCome.remove(deal);
  }

  long freeBytes() {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new StagingException("staging: cannot tell the free space of " + folder, e);
    }
  }
}
