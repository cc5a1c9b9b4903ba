package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Parameters of {@link MinerMethod#DISPUTE_WINDOWED_POST} (go-state-types builtin/v18/miner).
 *
 * @param postIndex index of the proof among the deadline's submissions
 */
public record DisputeWindowedPoStParams(long deadline, long postIndex) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DisputeWindowedPoStParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "DisputeWindowedPoStParams", DisputeWindowedPoStParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static DisputeWindowedPoStParams readFrom(CborReader reader) {
    return reader.struct(
        "", 2, r -> new DisputeWindowedPoStParams(r.uint("deadline"), r.uint("postIndex")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(deadline).uint64(postIndex);
  }
}
