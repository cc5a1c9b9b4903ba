package io.granary.ops.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.Children;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sectors of the genesis miner, sealed for real (PC1 and PC2 over zeros) and in no chain yet.
 *
 * @param storage a storage path with their files; copies of it serve as well
 * @param file what {@code granary.devnet.genesis.pre-sealed-file} takes
 */
public record PreSealed(Path storage, Path file) {
  /** The miner every devnet begins with. */
  public static final ActorId MINER = new ActorId(1000);

  private static final RegisteredSealProof PROOF = SectorSize.SIZE_2KIB.sealProofV1_1();
  private static final Bytes TICKET = Bytes.fromHex("2a".repeat(32));
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Seals {@code count} sectors, numbers from 0, into {@code folder}. */
  public static PreSealed seal(Children children, Path folder, int count) throws IOException {
    Path storage = folder.resolve("sealed-path");
    StoragePath.create(storage, 1, true, true, 0);
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (long number = 0; number < count; number++) {
      JsonNode done = sealOne(children, storage, new SectorId(MINER, new SectorNumber(number)));
      list.addObject()
          .put("number", number)
          .put("commR", done.path("comm_r").asText())
          .put("commD", done.path("comm_d").asText())
          .put("proofType", PROOF.number());
    }
    Path file = folder.resolve("pre-sealed.json");
    Files.writeString(file, list.toString());
    return new PreSealed(storage, file);
  }

  private static JsonNode sealOne(Children children, Path root, SectorId sector)
      throws IOException {
    Path cache = Files.createDirectories(root.resolve("cache").resolve(sector.fileName()));
    Path sealed = Files.createDirectories(root.resolve("sealed")).resolve(sector.fileName());
    Path record = root.resolve(sector.fileName() + ".pc1");
    ObjectNode params =
        ChildParams.sector(sector, PROOF, TICKET)
            .put("cache_dir", cache.toString())
            .put("sealed_path", sealed.toString())
            .put("record_path", record.toString());
    ObjectNode first = params.deepCopy();
    first.putArray("pieces");
    call(children, ChildClass.SDR, "seal.pc1", first);
    JsonNode done = call(children, ChildClass.GPU, "seal.pc2", params);
    Files.delete(record);
    return done;
  }

  private static JsonNode call(
      Children children, ChildClass childClass, String method, ObjectNode params) {
    return children.use(childClass, child -> child.call(ChildCall.of(method, params, LIMIT)));
  }

  /** Makes {@code target} a storage path of its own with copies of all files. */
  public void copyTo(Path target) throws IOException {
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
