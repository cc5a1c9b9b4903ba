package io.granary.ops.retrieval;

import io.granary.ops.retrieval.FarFiles.FarFile;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.SectorFileType;
import io.granary.prover.storage.HeldSector;
import io.granary.prover.storage.HeldSectors;
import io.granary.prover.storage.StoragePaths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cluster has of a sector, which may be nothing that a piece could be had from.
 *
 * @param files the one on this node first
 * @param replica whether a node has the sealed file
 */
record HeldFiles(List<Unsealed> files, boolean replica) {
  /**
   * Changes when a file does.
   *
   * @param node empty for this one
   */
  record Sign(String node, HeldSector.UnsealedFile file) {}

  /** An unsealed file. */
  sealed interface Unsealed {
    /** Changes when it does. */
    Sign sign();
  }

  /** One on this node. */
  record Here(Sign sign, Path file) implements Unsealed {}

  /** One on another node. */
  record Far(Sign sign, FarFile file) implements Unsealed {}

  HeldFiles {
    files = List.copyOf(files);
  }

  /** What tells whether something has changed; another address of the same node does not. */
  List<Object> signs() {
    List<Object> signs = new ArrayList<>();
    files.forEach(file -> signs.add(file.sign()));
    signs.add(replica);
    return List.copyOf(signs);
  }

  /**
   * All that this node and the others have, as far as is known.
   *
   * @throws io.granary.prover.storage.StorageException when a disk here does not say what it has
   */
  static Map<SectorId, HeldFiles> of(StoragePaths storage, Map<String, OtherNodes.Known> others) {
    Map<SectorId, HeldFiles> all = new HashMap<>();
    for (HeldSector held :
        HeldSectors.list(storage, Optional.empty(), Integer.MAX_VALUE).sectors()) {
      all.put(
          held.sector(),
          new HeldFiles(
              held.unsealed().flatMap(file -> here(storage, held.sector(), file)).stream().toList(),
              held.replica()));
    }
    storage.sectors().forEach(sector -> all.putIfAbsent(sector, new HeldFiles(List.of(), false)));
    others.forEach(
        (node, known) ->
            known
                .holdings()
                .sectors()
                .forEach(held -> all.merge(held.sector(), far(node, known, held), HeldFiles::and)));
    return all;
  }

  private HeldFiles and(HeldFiles more) {
    List<Unsealed> both = new ArrayList<>(files);
    both.addAll(more.files);
    return new HeldFiles(both, replica || more.replica);
  }

  /** Empty when it has gone since it was listed. */
  private static Optional<Unsealed> here(
      StoragePaths storage, SectorId sector, HeldSector.UnsealedFile file) {
    return storage
        .find(sector, SectorFileType.UNSEALED)
        .map(path -> new Here(new Sign("", file), path.file(sector, SectorFileType.UNSEALED)));
  }

  private static HeldFiles far(String node, OtherNodes.Known known, HeldSector held) {
    return new HeldFiles(
        held.unsealed().map(file -> far(node, known, held.sector(), file)).stream().toList(),
        held.replica());
  }

  private static Unsealed far(
      String node, OtherNodes.Known known, SectorId sector, HeldSector.UnsealedFile file) {
    return new Far(
        new Sign(node, file),
        new FarFile(
            known.address(),
            file.storageId(),
            SectorFileType.UNSEALED.folder() + "/" + sector.fileName(),
            file.bytes()));
  }
}
