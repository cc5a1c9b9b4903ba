package io.granary.protocol.deal;

import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.signature.Signatures;

/**
 * An ask with the signature of the miner's worker key over its CBOR (boost
 * storagemarket/types/legacytypes, SignedStorageAsk).
 */
public record SignedStorageAsk(StorageAsk ask, Signature signature) implements CborEncodable {
  static SignedStorageAsk readFrom(CborReader reader) {
    CborFields fields = reader.fields("");
    return new SignedStorageAsk(
        fields
            .find("Ask", StorageAsk::readFrom)
            .orElseThrow(() -> new IllegalArgumentException("signed ask: Ask is missing")),
        fields
            .find("Signature", Signature::readFrom)
            .orElseThrow(() -> new IllegalArgumentException("signed ask: Signature is missing")));
  }

  /** Whether the key of {@code worker}, an address with a key, signed it. */
  public boolean signedBy(Address worker) {
    return Signatures.verify(signature, worker, ask.toCbor());
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.map(2).text("Ask").value(ask).text("Signature").value(signature);
  }
}
