package io.granary.prover.storage;

import io.granary.protocol.SectorId;
import io.granary.protocol.job.SectorFileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Sectors of a node that have an unsealed file or a replica, in ascending order.
 *
 * @param more whether others follow
 */
public record HeldSectors(List<HeldSector> sectors, boolean more) {
  public HeldSectors {
    sectors = List.copyOf(sectors);
  }

  /**
   * Looks at the disks.
   *
   * @param after only sectors behind it, when given
   * @param max sectors of the list
   * @param options how links are taken: as what they lead to, or as no file
   * @throws StorageException when a disk does not say what it has
   */
  public static HeldSectors list(
      StoragePaths storage, Optional<SectorId> after, int max, LinkOption... options) {
    NavigableSet<SectorId> all = new TreeSet<>(storage.sectors());
    List<HeldSector> found = new ArrayList<>();
    for (SectorId sector : after.isPresent() ? all.tailSet(after.get(), false) : all) {
      HeldSector held =
          new HeldSector(
              sector, unsealed(storage, sector, options), replica(storage, sector, options));
      if (held.replica() || held.unsealed().isPresent()) {
        if (found.size() == max) {
          return new HeldSectors(found, true);
        }
        found.add(held);
      }
    }
    return new HeldSectors(found, false);
  }

  private static boolean replica(StoragePaths storage, SectorId sector, LinkOption... options) {
    return storage
        .find(sector, SectorFileType.SEALED)
        .filter(path -> Files.isRegularFile(path.file(sector, SectorFileType.SEALED), options))
        .isPresent();
  }

  private static Optional<HeldSector.UnsealedFile> unsealed(
      StoragePaths storage, SectorId sector, LinkOption... options) {
    Optional<StoragePath> path = storage.find(sector, SectorFileType.UNSEALED);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Path file = path.get().file(sector, SectorFileType.UNSEALED);
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class, options);
      return found.isRegularFile()
          ? Optional.of(
              new HeldSector.UnsealedFile(
                  path.get().id(), found.size(), found.lastModifiedTime().toMillis()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageException("cannot look at " + file, e);
    }
  }
}
