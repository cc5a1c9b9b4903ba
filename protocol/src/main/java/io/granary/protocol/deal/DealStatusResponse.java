package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.Optional;

/**
 * The answer to {@link DealStatusRequest} (boost storagemarket/types, DealStatusResponse): an error
 * or a status, since clients look into the status whenever the error is empty.
 *
 * @param error empty when there is a status
 * @param transferSize bytes of the file
 * @param bytesReceived of them so far
 */
public record DealStatusResponse(
    String error,
    DealId id,
    boolean offline,
    Optional<DealStatus> status,
    long transferSize,
    long bytesReceived)
    implements CborEncodable {
  public DealStatusResponse {
    error = WireText.cut(error);
    if (error.isEmpty() && status.isEmpty()) {
      throw new IllegalArgumentException("deal status response: neither error nor status");
    }
  }

  /** We know no such deal. */
  public static DealStatusResponse unknown(DealId id) {
    return failed(id, "no storage deal found with deal UUID " + id);
  }

  /** The request was signed by someone else than the deal's client, or not at all. */
  public static DealStatusResponse unsigned(DealId id) {
    return failed(id, "signature verification failed");
  }

  /** The chain named no key for the client. */
  public static DealStatusResponse keyless(DealId id, Address client) {
    return failed(id, "failed to get account key for client addr " + client);
  }

  /** Any other trouble. */
  public static DealStatusResponse failed(DealId id, String error) {
    return new DealStatusResponse(error, id, false, Optional.empty(), 0, 0);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static DealStatusResponse fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor,
        "DealStatusResponse",
        reader -> {
          CborFields fields = reader.fields("");
          return new DealStatusResponse(
              fields.text("Error", WireLimits.TEXT_BYTES_MAX),
              fields.get("DealUUID", DealId::readFrom, DealId.ZERO),
              fields.bool("IsOffline"),
              fields.find("DealStatus", DealStatus::readFrom),
              fields.uint("TransferSize"),
              fields.uint("NBytesReceived"));
        });
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .map(6)
        .text("Error")
        .text(error)
        .text("DealUUID")
        .bytes(id.bytes())
        .text("IsOffline")
        .bool(offline)
        .text("DealStatus")
        .optional(status, CborWriter::value)
        .text("TransferSize")
        .uint64(transferSize)
        .text("NBytesReceived")
        .uint64(bytesReceived);
  }
}
