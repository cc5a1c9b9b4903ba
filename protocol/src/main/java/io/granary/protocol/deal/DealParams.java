package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * What a client sends to propose a deal, {@code /fil/storage/mk/1.2.0} and {@code 1.2.1} (boost
 * storagemarket/types, DealParams). The two versions differ by two flags, and the Boost client
 * sends all seven keys under either, so one reader takes both.
 *
 * @param dataRoot root of the payload; read, never checked
 * @param offline the data comes by other means
 * @param removeUnsealedCopy the client needs no unsealed copy kept
 * @param skipIpniAnnounce index, but do not announce
 */
public record DealParams(
    DealId id,
    Transfer transfer,
    boolean offline,
    Optional<Cid> dataRoot,
    boolean skipIpniAnnounce,
    Optional<ClientDealProposal> proposal,
    boolean removeUnsealedCopy)
    implements CborEncodable {

  /** Reads either version; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DealParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "DealParams", DealParams::readFrom);
  }

  private static DealParams readFrom(CborReader reader) {
    CborFields fields = reader.fields("");
    return new DealParams(
        fields.get("DealUUID", DealId::readFrom, DealId.ZERO),
        fields.get("Transfer", Transfer::readFrom, Transfer.NONE),
        fields.bool("IsOffline"),
        fields.find("DealDataRoot", PayloadLinks::readFrom),
        fields.bool("SkipIPNIAnnounce"),
        fields.find("ClientDealProposal", ClientDealProposal::readFrom),
        fields.bool("RemoveUnsealedCopy"));
  }

  /** The form of 1.2.1: seven keys, fewer when root or proposal are missing. */
  @Override
  public void writeTo(CborWriter writer) {
    write(writer, true);
  }

  /** The form of 1.2.0, without the two flags. */
  public Bytes toCborOf120() {
    CborWriter writer = new CborWriter();
    write(writer, false);
    return writer.toBytes();
  }

  private void write(CborWriter writer, boolean flags) {
    writer.map(
        3 + (flags ? 2 : 0) + (dataRoot.isPresent() ? 1 : 0) + (proposal.isPresent() ? 1 : 0));
    writer.text("DealUUID").bytes(id.bytes());
    writer.text("Transfer").value(transfer);
    writer.text("IsOffline").bool(offline);
    dataRoot.ifPresent(root -> writer.text("DealDataRoot").cid(root));
    if (flags) {
      writer.text("SkipIPNIAnnounce").bool(skipIpniAnnounce);
    }
    proposal.ifPresent(signed -> writer.text("ClientDealProposal").value(signed));
    if (flags) {
      writer.text("RemoveUnsealedCopy").bool(removeUnsealedCopy);
    }
  }
}
