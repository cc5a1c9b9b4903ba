package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.signature.Signatures;
import java.util.Optional;

/**
 * Asks for the status of a deal, {@code /fil/storage/status/1.2.0} (boost storagemarket/types,
 * DealStatusRequest).
 *
 * @param signature the deal's client over the 16 bytes of the id
 */
public record DealStatusRequest(DealId id, Optional<Signature> signature) implements CborEncodable {

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DealStatusRequest fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor,
        "DealStatusRequest",
        reader -> {
          CborFields fields = reader.fields("");
          return new DealStatusRequest(
              fields.get("DealUUID", DealId::readFrom, DealId.ZERO),
              fields.find("Signature", Signature::readFrom));
        });
  }

  /** Whether {@code clientKey}, the key address of the deal's client, signed it. */
  public boolean signedBy(Address clientKey) {
    return signature.isPresent() && Signatures.verify(signature.get(), clientKey, id.bytes());
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.map(signature.isPresent() ? 2 : 1).text("DealUUID").bytes(id.bytes());
    signature.ifPresent(value -> writer.text("Signature").value(value));
  }
}
