package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link MarketMethod#PUBLISH_STORAGE_DEALS} (go-state-types builtin/v18/market).
 *
 * @param deals all of one provider
 */
public record PublishStorageDealsParams(List<ClientDealProposal> deals) implements CborEncodable {
  public PublishStorageDealsParams {
    deals = List.copyOf(deals);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static PublishStorageDealsParams fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor, "PublishStorageDealsParams", PublishStorageDealsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static PublishStorageDealsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new PublishStorageDealsParams(
                r.list("deals", CborReader.MAX_LIST_ITEMS, ClientDealProposal::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(deals);
  }
}
