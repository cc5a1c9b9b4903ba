package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * The answer to {@link DealParams} (boost storagemarket/types, DealResponse).
 *
 * @param message why not; empty when accepted
 */
public record DealResponse(String message, boolean accepted) implements CborEncodable {
  /** Cuts a longer message at what readers take. */
  public DealResponse {
    message = WireText.cut(message);
  }

  public static DealResponse yes() {
    return new DealResponse("", true);
  }

  public static DealResponse no(String message) {
    return new DealResponse(message, false);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DealResponse fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor,
        "DealResponse",
        reader -> {
          CborFields fields = reader.fields("");
          return new DealResponse(
              fields.text("Message", WireLimits.TEXT_BYTES_MAX), fields.bool("Accepted"));
        });
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.map(2).text("Message").text(message).text("Accepted").bool(accepted);
  }
}
