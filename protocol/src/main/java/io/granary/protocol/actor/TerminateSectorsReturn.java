package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * Return of {@link MinerMethod#TERMINATE_SECTORS} (go-state-types builtin/v18/miner).
 *
 * @param done false when terminations are still queued
 */
public record TerminateSectorsReturn(boolean done) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static TerminateSectorsReturn fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "TerminateSectorsReturn", TerminateSectorsReturn::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static TerminateSectorsReturn readFrom(CborReader reader) {
    return reader.struct("", 1, r -> new TerminateSectorsReturn(r.bool("done")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).bool(done);
  }
}
