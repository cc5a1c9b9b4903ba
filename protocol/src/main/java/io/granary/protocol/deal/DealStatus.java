package io.granary.protocol.deal;

import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.util.Optional;
import java.util.Set;

/**
 * How far a deal is (boost storagemarket/types, DealStatus).
 *
 * @param error why it stands still; empty while it goes on
 * @param status the name of a {@link Checkpoint}
 * @param publishCid the PublishStorageDeals message
 * @param chainDealId the market's number of the deal, empty until it is known; on the wire 0 stands
 *     for none, and for the first deal of a market
 * @param sealingStatus the state of its sector, empty before there is one
 * @param signedProposalCid the CID by which the client knows the deal
 */
public record DealStatus(
    String error,
    String status,
    DealProposal proposal,
    Optional<Cid> publishCid,
    Optional<Long> chainDealId,
    String sealingStatus,
    Cid signedProposalCid)
    implements CborEncodable {
  /** From where on a provider knows a deal's number (boost, deal publisher). */
  private static final Set<String> NUMBERED =
      Set.of(
          Checkpoint.PUBLISH_CONFIRMED.text(),
          Checkpoint.ADDED_PIECE.text(),
          Checkpoint.INDEXED_AND_ANNOUNCED.text());

  public DealStatus {
    error = WireText.cut(error);
    sealingStatus = WireText.cut(sealingStatus);
  }

  static DealStatus readFrom(CborReader reader) {
    CborFields fields = reader.fields("");
    String status = fields.text("Status", WireLimits.TEXT_BYTES_MAX);
    Optional<Cid> publishCid = fields.find("PublishCid", r -> r.cid(""));
    return new DealStatus(
        fields.text("Error", WireLimits.TEXT_BYTES_MAX),
        status,
        required(fields.find("Proposal", DealProposal::readFrom), "Proposal"),
        publishCid,
        number(fields.uint("ChainDealID"), status, publishCid),
        fields.text("SealingStatus", WireLimits.TEXT_BYTES_MAX),
        required(fields.find("SignedProposalCid", r -> r.cid("")), "SignedProposalCid"));
  }

  /** A deal that is over has a number if it was published: one can fail before. */
  private static Optional<Long> number(long field, String status, Optional<Cid> publishCid) {
    boolean known =
        field != 0
            || NUMBERED.contains(status)
            || (status.equals(Checkpoint.COMPLETE.text()) && publishCid.isPresent());
    return known ? Optional.of(field) : Optional.empty();
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
        .uint64(chainDealId.orElse(0L))
        .text("SealingStatus")
        .text(sealingStatus)
        .text("SignedProposalCid")
        .cid(signedProposalCid);
  }
}
