package io.granary.protocol.proof;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorId;
import io.granary.protocol.Varint;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.Commitment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The identities a sector is sealed under (rust-filecoin-proofs-api; go-state-types abi). */
public final class SealIdentity {
  private static final int ID_BYTES = 32;

  private SealIdentity() {}

  /** The miner's id as unsigned LEB128, zeros after it to 32 bytes. */
  public static Bytes proverId(ActorId miner) {
    byte[] id = new byte[ID_BYTES];
    Bytes varint = Varint.encode(miner.value());
    varint.copyTo(0, id, 0, varint.length());
    return Bytes.of(id);
  }

  /** The proof type's number and a nonce of 0, both little-endian, zeros after them to 32 bytes. */
  public static Bytes porepId(RegisteredSealProof proof) {
    return Bytes.of(
        ByteBuffer.allocate(ID_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(proof.number())
            .putLong(0)
            .array());
  }

  /**
   * The domain of a replica's labels: SHA-256 of prover id, sector number, ticket, CommD and porep
   * id, as a field element.
   *
   * @param ticket 32 bytes
   */
  public static Commitment replicaId(
      SectorId sector, RegisteredSealProof proof, Bytes ticket, Commitment commD) {
    Bytes number =
        Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(sector.number().value()).array());
    byte[] hash =
        Sha256.hash(
                Bytes.concat(
                    proverId(sector.miner()),
                    number,
                    ticket.requireLength(ID_BYTES, "ticket"),
                    commD.bytes(),
                    porepId(proof)))
            .toArray();
    hash[ID_BYTES - 1] &= 0x3f;
    return new Commitment(Bytes.of(hash));
  }
}
