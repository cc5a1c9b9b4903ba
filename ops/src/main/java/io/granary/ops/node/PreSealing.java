package io.granary.ops.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.PreSealedFile;
import io.granary.devnet.chain.GenesisSpec.PreSealed;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.hash.Blake2b;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.ZeroPieces;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.Children;
import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

/**
 * Really seals sectors for the genesis miner of a devnet: files in the lotus layout on a storage
 * path, commitments in the file that {@code granary.devnet.genesis.pre-sealed-file} names. The
 * sectors hold zeros; their replicas differ, since a replica depends on its sector's number.
 */
public final class PreSealing {
  /** The miner of every devnet's genesis. */
  public static final ActorId MINER = new ActorId(1000);

  /** The ticket that lotus pre-seals with (chain.md 7). */
  private static final Bytes TICKET =
      Blake2b.hash256(Bytes.of("lotus is fire".getBytes(StandardCharsets.UTF_8)));

  private static final Duration CALL_LIMIT = Duration.ofMinutes(30);

  private PreSealing() {}

  /**
   * What to seal.
   *
   * @param size of the sectors
   * @param count how many, numbered from 0
   * @param perDeadline how many go into each deadline, from 0 on; 0 leaves that to the chain
   */
  public record Order(SectorSize size, int count, int perDeadline) {
    public Order {
      if (count < 1 || perDeadline < 0) {
        throw new IllegalArgumentException(
            "pre-seal: expected at least one sector and none less a deadline, got "
                + count
                + " and "
                + perDeadline);
      }
    }

    private OptionalInt deadlineOf(int number) {
      return perDeadline == 0 ? OptionalInt.empty() : OptionalInt.of(number / perDeadline);
    }
  }

  /**
   * Seals {@code order} onto a new storage path at {@code storage} and writes {@code file}.
   *
   * @param progress told the number of sectors sealed so far
   */
  public static List<PreSealed> seal(
      Children children, Path storage, Path file, Order order, IntConsumer progress) {
    StoragePath.create(storage, SectorStore.DEFAULT_WEIGHT, true, true, 0);
    List<PreSealed> sealed = new ArrayList<>();
    try {
      for (int number = 0; number < order.count(); number++) {
        sealed.add(seal(children, storage, order, number));
        progress.accept(sealed.size());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("pre-sealing on " + storage, e);
    }
    PreSealedFile.write(file, sealed);
    return List.copyOf(sealed);
  }

  private static PreSealed seal(Children children, Path storage, Order order, int number)
      throws IOException {
    SectorId sector = new SectorId(MINER, new SectorNumber(number));
    Path cache = Files.createDirectories(storage.resolve("cache").resolve(sector.fileName()));
    Path replica = Files.createDirectories(storage.resolve("sealed")).resolve(sector.fileName());
    Path record = storage.resolve(sector.fileName() + ".pc1");
    RegisteredSealProof proof = order.size().sealProofV1_1();
    ObjectNode params =
        ChildParams.sector(sector, proof, TICKET)
            .put("cache_dir", cache.toString())
            .put("sealed_path", replica.toString())
            .put("record_path", record.toString());
    ObjectNode first = params.deepCopy();
    first.putArray("pieces");
    call(children, ChildClass.SDR, "seal.pc1", first);
    JsonNode done = call(children, ChildClass.GPU, "seal.pc2", params);
    Files.delete(record);
    return new PreSealed(
        sector.number(),
        proof,
        Commitment.fromHex(done.path("comm_r").asText()),
        ZeroPieces.commitment(order.size().bytes()),
        order.deadlineOf(number));
  }

  private static JsonNode call(
      Children children, ChildClass childClass, String method, ObjectNode params) {
    return children.use(childClass, child -> child.call(ChildCall.of(method, params, CALL_LIMIT)));
  }
}
