package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;

/**
 * How the provider gets a deal's data (boost storagemarket/types, Transfer).
 *
 * @param size bytes of the file, unpadded; 0 when unknown or offline
 * @param type {@code http}, {@code libp2p}, or empty for an offline deal
 * @param params JSON that {@link TransferSource} reads; may hold credentials
 * @param clientId what the client calls the transfer, often empty
 */
public record Transfer(long size, String type, Bytes params, String clientId)
    implements CborEncodable {
  public static final String HTTP = "http";
  public static final String LIBP2P = "libp2p";

  /** The zero value, as offline deals carry it. */
  public static final Transfer NONE = new Transfer(0, "", Bytes.empty(), "");

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  static Transfer readFrom(CborReader reader) {
    CborFields fields = reader.fields("");
    return new Transfer(
        fields.uint("Size"),
        fields.text("Type", WireLimits.TEXT_BYTES_MAX),
        fields.get("Params", r -> r.bytes("", WireLimits.TRANSFER_PARAMS_BYTES_MAX), Bytes.empty()),
        fields.text("ClientID", WireLimits.TEXT_BYTES_MAX));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer
        .map(4)
        .text("Size")
        .uint64(size)
        .text("Type")
        .text(type)
        .text("Params")
        .bytes(params)
        .text("ClientID")
        .text(clientId);
  }

  /** Without the parameters, which may hold credentials. */
  @Override
  public String toString() {
    return "Transfer[size=" + size + ", type=" + type + ", params=" + params.length() + " bytes]";
  }
}
