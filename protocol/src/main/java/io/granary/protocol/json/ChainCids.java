package io.granary.protocol.json;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;

/** The CIDs that a node's JSON names beside messages and blocks (chain.md 1.8, 2.3). */
final class ChainCids {
  private ChainCids() {}

  /** The CID of the unsigned message. */
  static Cid of(Message message) {
    return Cid.dagCborBlake2b(write(new CborWriter(), message).toBytes());
  }

  /** Of a BLS-signed message the unsigned one's CID, of others that of both with the signature. */
  static Cid of(SignedMessage signed) {
    if (signed.signature().kind() == Signature.Kind.BLS) {
      return of(signed.message());
    }
    CborWriter writer = new CborWriter().array(2);
    write(writer, signed.message()).bytes(bytesOf(signed.signature()));
    return Cid.dagCborBlake2b(writer.toBytes());
  }

  static Cid of(BlockHeader block) {
    CborWriter writer =
        new CborWriter()
            .array(16)
            .address(block.miner())
            .optional(block.ticketVrfProof(), (w, proof) -> w.array(1).bytes(proof))
            .optional(
                block.electionProof(),
                (w, proof) -> w.array(2).int64(proof.winCount()).bytes(proof.vrfProof()))
            .list(
                block.beaconEntries(),
                (w, entry) -> w.array(2).uint64(entry.round()).bytes(entry.data()))
            .list(
                block.winPoStProof(),
                (w, proof) -> w.array(2).int64(proof.type().number()).bytes(proof.proof()))
            .list(block.parents(), CborWriter::cid)
            .bigInteger(block.parentWeight())
            .int64(block.height().value())
            .cid(block.parentStateRoot())
            .cid(block.parentMessageReceipts())
            .cid(block.messages())
            .optional(block.blsAggregate(), (w, signature) -> w.bytes(bytesOf(signature)))
            .uint64(block.timestamp())
            .optional(block.blockSig(), (w, signature) -> w.bytes(bytesOf(signature)))
            .uint64(block.forkSignaling())
            .amount(block.parentBaseFee());
    return Cid.dagCborBlake2b(writer.toBytes());
  }

  private static CborWriter write(CborWriter writer, Message message) {
    return writer
        .array(10)
        .uint64(0)
        .address(message.to())
        .address(message.from())
        .uint64(message.nonce())
        .amount(message.value())
        .int64(message.gasLimit())
        .amount(message.gasFeeCap())
        .amount(message.gasPremium())
        .uint64(message.method())
        .bytes(message.params());
  }

  private static Bytes bytesOf(Signature signature) {
    byte[] bytes = new byte[1 + signature.data().length()];
    bytes[0] = (byte) signature.kind().number();
    System.arraycopy(signature.data().toArray(), 0, bytes, 1, signature.data().length());
    return Bytes.of(bytes);
  }
}
