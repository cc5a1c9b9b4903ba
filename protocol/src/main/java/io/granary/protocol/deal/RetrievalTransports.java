package io.granary.protocol.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborFields;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * How data can be fetched back, {@code /fil/retrieval/transports/1.0.0} (boost
 * retrievalmarket/types, transports.ipldsch). The client asks by opening the stream.
 */
public record RetrievalTransports(List<Transport> transports) implements CborEncodable {
  public RetrievalTransports {
    transports = List.copyOf(transports);
  }

  /**
   * One way.
   *
   * @param name {@code libp2p}, {@code http}, {@code https} or {@code bitswap}
   * @param addresses binary multiaddrs
   */
  public record Transport(String name, List<Bytes> addresses) implements CborEncodable {
    public Transport {
      addresses = List.copyOf(addresses);
    }

    private static Transport readFrom(CborReader reader) {
      CborFields fields = reader.fields("");
      return new Transport(
          fields.text("Name", WireLimits.TEXT_BYTES_MAX),
          fields.get(
              "Addresses",
              r ->
                  r.list(
                      "",
                      WireLimits.TRANSPORTS_MAX,
                      item -> item.bytes("", WireLimits.MULTIADDR_BYTES_MAX)),
              List.of()));
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.map(2).text("Name").text(name).text("Addresses").list(addresses, CborWriter::bytes);
    }
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static RetrievalTransports fromCbor(Bytes cbor) {
    return CborReader.decode(
        cbor,
        "RetrievalTransports",
        reader ->
            new RetrievalTransports(
                reader
                    .fields("")
                    .get(
                        "Protocols",
                        r -> r.list("", WireLimits.TRANSPORTS_MAX, Transport::readFrom),
                        List.of())));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.map(1).text("Protocols").list(transports);
  }
}
