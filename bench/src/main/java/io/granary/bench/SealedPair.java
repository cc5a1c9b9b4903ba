package io.granary.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.Commitment;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.Children;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two sealed sectors on a storage path: a full partition of 2 KiB and 8 MiB sectors. */
record SealedPair(Path storage, List<ReplicaRef> replicas) {
  static final ActorId MINER = new ActorId(1000);
  static final SectorSize SIZE = SectorSize.SIZE_2KIB;

  private static final Bytes TICKET = Bytes.fromHex("2a".repeat(32));
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Makes a storage path at {@code root} and seals two 2 KiB sectors of zeros there. */
  static SealedPair seal(Children children, Path root) throws IOException {
    return seal(children, root, SIZE);
  }

  /** The same with sectors of {@code size}. */
  static SealedPair seal(Children children, Path root, SectorSize size) throws IOException {
    StoragePath.create(root, 1, true, true, 0);
    List<ReplicaRef> replicas = new ArrayList<>();
    for (long number = 0; number < 2; number++) {
      replicas.add(seal(children, root, new SectorId(MINER, new SectorNumber(number)), size));
    }
    return new SealedPair(root, List.copyOf(replicas));
  }

  private static ReplicaRef seal(Children children, Path root, SectorId sector, SectorSize size)
      throws IOException {
    Path cache = Files.createDirectories(root.resolve("cache").resolve(sector.fileName()));
    Path sealed = Files.createDirectories(root.resolve("sealed")).resolve(sector.fileName());
    Path record = root.resolve(sector.fileName() + ".pc1");
    RegisteredSealProof proof = size.sealProofV1_1();
    ObjectNode params =
        ChildParams.sector(sector, proof, TICKET)
            .put("cache_dir", cache.toString())
            .put("sealed_path", sealed.toString())
            .put("record_path", record.toString());
    ObjectNode first = params.deepCopy();
    first.putArray("pieces");
    call(children, ChildClass.SDR, "seal.pc1", first);
    JsonNode done = call(children, ChildClass.GPU, "seal.pc2", params);
    Files.delete(record);
    return new ReplicaRef(
        sector.number(), proof, new Commitment(Bytes.fromHex(done.path("comm_r").asText())));
  }

  private static JsonNode call(
      Children children, ChildClass childClass, String method, ObjectNode params) {
    return children.use(childClass, child -> child.call(ChildCall.of(method, params, LIMIT)));
  }
}
