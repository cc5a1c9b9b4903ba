package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;

/**
 * The terms of a storage deal (go-state-types builtin/v18/market); its CBOR is what the client
 * signs.
 */
public record DealProposal(
    Cid piece,
    long paddedBytes,
    boolean verified,
    Address client,
    Address provider,
    DealLabel label,
    Epoch startEpoch,
    Epoch endEpoch,
    TokenAmount pricePerEpoch,
    TokenAmount providerCollateral,
    TokenAmount clientCollateral)
    implements CborEncodable {
  /** The deal's CID: that of the unsigned proposal. */
  public Cid cid() {
    return Cid.dagCborBlake2b(toCbor());
  }

  /** Epochs from start to end; negative when they are the wrong way round. */
  public long duration() {
    return endEpoch.since(startEpoch);
  }

  /** What the client must hold in escrow: its collateral and the whole price. */
  public TokenAmount clientRequirement() {
    return clientCollateral.plus(pricePerEpoch.times(duration()));
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DealProposal fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "DealProposal", DealProposal::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static DealProposal readFrom(CborReader reader) {
    return reader.struct(
        "",
        11,
        r ->
            new DealProposal(
                r.cid("piece"),
                r.uint("paddedBytes"),
                r.bool("verified"),
                r.address("client"),
                r.address("provider"),
                r.nested("label", DealLabel::readFrom),
                r.epoch("startEpoch"),
                r.epoch("endEpoch"),
                r.amount("pricePerEpoch"),
                r.amount("providerCollateral"),
                r.amount("clientCollateral")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .array(11)
        .cid(piece)
        .uint64(paddedBytes)
        .bool(verified)
        .address(client)
        .address(provider)
        .value(label)
        .int64(startEpoch.value())
        .int64(endEpoch.value())
        .amount(pricePerEpoch)
        .amount(providerCollateral)
        .amount(clientCollateral);
  }
}
