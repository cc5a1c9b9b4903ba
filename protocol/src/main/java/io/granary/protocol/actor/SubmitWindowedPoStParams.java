package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.PoStProof;
import java.util.List;

/**
 * Parameters of {@link MinerMethod#SUBMIT_WINDOWED_POST} (go-state-types builtin/v18/miner).
 *
 * @param deadline index of the open deadline
 * @param partitions one to three
 * @param proofs exactly one, 192 bytes for each chunk of the partition size
 * @param chainCommitEpoch from the challenge epoch to before inclusion
 * @param chainCommitRand ticket randomness of that epoch, tag 9, no entropy
 */
public record SubmitWindowedPoStParams(
    long deadline,
    List<PoStPartition> partitions,
    List<PoStProof> proofs,
    Epoch chainCommitEpoch,
    Bytes chainCommitRand)
    implements CborEncodable {
  public SubmitWindowedPoStParams {
    partitions = List.copyOf(partitions);
    proofs = List.copyOf(proofs);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SubmitWindowedPoStParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SubmitWindowedPoStParams", SubmitWindowedPoStParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SubmitWindowedPoStParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        5,
        r ->
            new SubmitWindowedPoStParams(
                r.uint("deadline"),
                r.list("partitions", CborReader.MAX_LIST_ITEMS, PoStPartition::readFrom),
                r.list("proofs", CborReader.MAX_LIST_ITEMS, PoStProof::readFrom),
                r.epoch("chainCommitEpoch"),
                r.bytes("chainCommitRand", CborReader.MAX_BYTE_STRING)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(5)
        .uint64(deadline)
        .list(partitions)
        .list(proofs)
        .int64(chainCommitEpoch.value())
        .bytes(chainCommitRand);
  }
}
