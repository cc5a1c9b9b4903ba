package io.granary.protocol.deal;

import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * How far a deal is (boost storagemarket/types, DealStatus).
 *
 * @param error why it stands still; empty while it goes on
 * @param status the name of a {@link Checkpoint}
 * @param publishCid the PublishStorageDeals message
 * @param chainDealId 0 until the deal is published
 * @param sealingStatus the state of its sector, empty before there is one
 * @param signedProposalCid the CID by which the client knows the deal
 */
public record DealStatus(
    String error,
    String status,
    DealProposal proposal,
    Optional<Cid> publishCid,
    long chainDealId,
    String sealingStatus,
    Cid signedProposalCid)
    implements CborEncodable {
  public DealStatus {
    error = WireText.cut(error);
    sealingStatus = WireText.cut(sealingStatus);
  }

  static DealStatus readFrom(CborReader reader) {
    CborFields fields = reader.fields("");
    return new DealStatus(
        fields.text("Error", WireLimits.TEXT_BYTES_MAX),
        fields.text("Status", WireLimits.TEXT_BYTES_MAX),
        required(fields.find("Proposal", DealProposal::readFrom), "Proposal"),
        fields.find("PublishCid", r -> r.cid("")),
        fields.uint("ChainDealID"),
        fields.text("SealingStatus", WireLimits.TEXT_BYTES_MAX),
        required(fields.find("SignedProposalCid", r -> r.cid("")), "SignedProposalCid"));
  }

  private static <T> T required(Optional<T> value, String key) {
    return value.orElseThrow(
        () -> new IllegalArgumentException("deal status: " + key + " is missing"));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .map(7)
        .text("Error")
        .text(error)
        .text("Status")
        .text(status)
        .text("Proposal")
        .value(proposal)
        .text("PublishCid")
        .optional(publishCid, CborWriter::cid)
        .text("ChainDealID")
        .uint64(chainDealId)
        .text("SealingStatus")
        .text(sealingStatus)
        .text("SignedProposalCid")
        .cid(signedProposalCid);
  }
}
