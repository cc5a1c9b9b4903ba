package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;

/** A proposal with the client's signature over its CBOR (go-state-types builtin/v18/market). */
public record ClientDealProposal(DealProposal proposal, Signature clientSignature)
    implements CborEncodable {
  /** The CID by which clients know the deal: that of the signed proposal. */
  public Cid cid() {
    return Cid.dagCborBlake2b(toCbor());
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ClientDealProposal fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ClientDealProposal", ClientDealProposal::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ClientDealProposal readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new ClientDealProposal(
                r.nested("proposal", DealProposal::readFrom),
                r.nested("clientSignature", Signature::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).value(proposal).value(clientSignature);
  }
}
