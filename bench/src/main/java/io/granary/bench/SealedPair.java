package io.granary.bench;

import io.granary.ops.node.PreSealing;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.child.Children;
import java.nio.file.Path;
import java.util.List;

/** Two sealed sectors on a storage path: a full partition of 2 KiB and 8 MiB sectors. */
record SealedPair(Path storage, List<ReplicaRef> replicas) {
  static final ActorId MINER = PreSealing.MINER;
  static final SectorSize SIZE = SectorSize.SIZE_2KIB;
  private static final int COUNT = 2;

  /** Makes a storage path at {@code root} and seals two 2 KiB sectors of zeros there. */
  static SealedPair seal(Children children, Path root) {
    return seal(children, root, SIZE);
  }

  /** The same with sectors of {@code size}. */
  static SealedPair seal(Children children, Path root, SectorSize size) {
    return new SealedPair(
        root,
        PreSealing.seal(
                children,
                root,
                root.resolveSibling(root.getFileName() + ".json"),
                new PreSealing.Order(size, COUNT, 0),
                done -> {})
            .stream()
            .map(sector -> new ReplicaRef(sector.number(), sector.sealProof(), sector.commR()))
            .toList());
  }
}
