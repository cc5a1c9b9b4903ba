package io.granary.ops.cluster;

import io.granary.ops.node.PreSealing;
import io.granary.protocol.SectorSize;
import io.granary.prover.child.Children;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sectors of the genesis miner, sealed for real (PC1 and PC2 over zeros) and in no chain yet.
 *
 * @param storage a storage path with their files; copies of it serve as well
 * @param file what {@code granary.devnet.genesis.pre-sealed-file} takes
 */
record PreSealed(Path storage, Path file) {
  private static final SectorSize SIZE = SectorSize.SIZE_2KIB;

  /** Seals {@code count} sectors of 2 KiB, numbers from 0, into {@code folder}. */
  static PreSealed seal(Children children, Path folder, int count) {
    PreSealed sealed =
        new PreSealed(folder.resolve("sealed-path"), folder.resolve("pre-sealed.json"));
    PreSealing.seal(
        children,
        sealed.storage(),
        sealed.file(),
        new PreSealing.Order(SIZE, count, 0),
        done -> {});
    return sealed;
  }

  /** Makes {@code target} a storage path of its own with copies of all files. */
  void copyTo(Path target) throws IOException {
    StoragePath.create(target, 1, true, true, 0);
    for (String kind : List.of("cache", "sealed")) {
      Path from = storage.resolve(kind);
      try (Stream<Path> tree = Files.walk(from)) {
        for (Path file : tree.toList()) {
          Path copy = target.resolve(kind).resolve(from.relativize(file).toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(copy);
          } else {
            Files.copy(file, copy);
          }
        }
      }
    }
  }
}
