package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.Optional;

/**
 * The answer to {@link AskRequest} (boost storagemarket/types/legacytypes, AskResponse).
 *
 * @param ask empty for a miner that is none of ours
 */
public record AskResponse(Optional<SignedStorageAsk> ask) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static AskResponse fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor,
        "AskResponse",
        reader -> new AskResponse(reader.fields("").find("Ask", SignedStorageAsk::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.map(1).text("Ask").optional(ask, CborWriter::value);
  }
}
