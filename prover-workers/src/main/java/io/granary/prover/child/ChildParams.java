package io.granary.prover.child;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.piece.PieceInfo;
import java.util.List;

/** Builds request parameters in the protocol's value forms (PROTOCOL.md 2, "Values"). */
public final class ChildParams {
  private ChildParams() {}

  /** No parameters yet. */
  public static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A 64-bit quantity: a decimal string. */
  public static String u64(long value) {
    return Long.toUnsignedString(value);
  }

  /** The sector fields. */
  public static ObjectNode sector(SectorId sector, RegisteredSealProof proof, Bytes ticket) {
    return sector(sector, proof).put("ticket", ticket.toHex());
  }

  /** The sector fields without a ticket, as {@code seal.c2} wants them. */
  public static ObjectNode sector(SectorId sector, RegisteredSealProof proof) {
    return empty()
        .put("registered_seal_proof", proof.number())
        .put("miner_actor_id", u64(sector.miner().value()))
        .put("sector_number", u64(sector.number().value()));
  }

  /** A list of pieces. */
  public static ArrayNode pieces(List<PieceInfo> pieces) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (PieceInfo piece : pieces) {
      array.add(
          empty()
              .put("commitment", piece.commP().toString())
              .put("unpadded_bytes", u64(piece.unpaddedBytes())));
    }
    return array;
  }

  /**
   * The fields every PoSt request begins with. The two top bits of the randomness are cleared here,
   * because it enters the proof as a field element (proofs.md 2.2; lotus does the same before it
   * proves and before it verifies).
   */
  public static ObjectNode post(ActorId miner, RegisteredPoStProof proof, Bytes randomness) {
    byte[] element = randomness.requireLength(32, "randomness").toArray();
    element[31] &= 0x3f;
    return empty()
        .put("registered_post_proof", proof.number())
        .put("randomness", Bytes.of(element).toHex())
        .put("miner_actor_id", u64(miner.value()));
  }

  /** A sector of a PoSt statement. */
  public static ObjectNode sectorAndCommR(ReplicaRef sector) {
    return empty()
        .put("sector_number", u64(sector.number().value()))
        .put("comm_r", sector.sealed().toString());
  }
}
