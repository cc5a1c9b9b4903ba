package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.Optional;

/**
 * Asks for a miner's ask, {@code /fil/storage/ask/1.1.0} (boost storagemarket/types/legacytypes,
 * AskRequest).
 */
public record AskRequest(Optional<Address> miner) implements CborEncodable {
  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static AskRequest fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor,
        "AskRequest",
        reader -> new AskRequest(reader.fields("").find("Miner", r -> r.address(""))));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.map(miner.isPresent() ? 1 : 0);
    miner.ifPresent(address -> writer.text("Miner").address(address));
  }
}
