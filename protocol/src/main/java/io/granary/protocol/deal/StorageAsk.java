package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * What a provider asks for (boost storagemarket/types/legacytypes, StorageAsk). Its CBOR is what
 * the miner's worker signs.
 *
 * @param price attoFIL per GiB and epoch
 * @param sequence grows with every new ask
 * @param expiry the last epoch it holds
 * @param timestamp the epoch it was made
 * @param maxPieceBytes padded
 * @param minPieceBytes padded
 * @param verifiedPrice as {@code price}, for verified deals
 */
public record StorageAsk(
    Address miner,
    TokenAmount price,
    long sequence,
    Epoch expiry,
    Epoch timestamp,
    long maxPieceBytes,
    long minPieceBytes,
    TokenAmount verifiedPrice)
    implements CborEncodable {

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static StorageAsk fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "StorageAsk", StorageAsk::readFrom);
  }

  static StorageAsk readFrom(CborReader reader) {
    CborFields fields = reader.fields("");
    return new StorageAsk(
        fields
            .find("Miner", r -> r.address(""))
            .orElseThrow(() -> new IllegalArgumentException("storage ask: Miner is missing")),
        fields.get("Price", r -> r.amount(""), TokenAmount.ZERO),
        fields.uint("SeqNo"),
        new Epoch(fields.get("Expiry", r -> r.int64(""), 0L)),
        new Epoch(fields.get("Timestamp", r -> r.int64(""), 0L)),
        fields.uint("MaxPieceSize"),
        fields.uint("MinPieceSize"),
        fields.get("VerifiedPrice", r -> r.amount(""), TokenAmount.ZERO));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .map(8)
        .text("Miner")
        .address(miner)
        .text("Price")
        .amount(price)
        .text("SeqNo")
        .uint64(sequence)
        .text("Expiry")
        .int64(expiry.value())
        .text("Timestamp")
        .int64(timestamp.value())
        .text("MaxPieceSize")
        .uint64(maxPieceBytes)
        .text("MinPieceSize")
        .uint64(minPieceBytes)
        .text("VerifiedPrice")
        .amount(verifiedPrice);
  }
}
