package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Return of {@link MarketMethod#PUBLISH_STORAGE_DEALS} (go-state-types builtin/v18/market).
 *
 * @param dealIds of the valid deals, in their order
 * @param validDeals which of the deals given are valid
 */
public record PublishStorageDealsReturn(List<Long> dealIds, BitField validDeals)
    implements CborEncodable {
  public PublishStorageDealsReturn {
    dealIds = List.copyOf(dealIds);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static PublishStorageDealsReturn fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "PublishStorageDealsReturn", PublishStorageDealsReturn::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static PublishStorageDealsReturn readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new PublishStorageDealsReturn(
                r.list("dealIds", CborReader.MAX_LIST_ITEMS, item -> item.uint("")),
                r.bitField("validDeals")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).list(dealIds, CborWriter::uint64).bitField(validDeals);
  }
}
