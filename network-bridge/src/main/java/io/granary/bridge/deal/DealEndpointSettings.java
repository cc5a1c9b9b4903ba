package io.granary.bridge.deal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.RetrievalTransports;
import io.granary.protocol.deal.WireLimits;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Settings of the deal protocols, from {@code granary.network-bridge.deals}; reference.conf says
 * what each means.
 *
 * @param requestsMax under way: being read, waiting, at the desk
 * @param requestsPerPeerMax of them, of one peer
 * @param deskInFlightMax at the desk at once
 * @param requestBytesMax of one request
 * @param readLimit for a request to arrive
 * @param answerLimit from the open stream to the answer
 * @param writeLimit for the answer to leave
 * @param lingerLimit for the client to close after the answer
 * @param transports how data can be fetched back
 */
public record DealEndpointSettings(
    int requestsMax,
    int requestsPerPeerMax,
    int deskInFlightMax,
    int requestBytesMax,
    Duration readLimit,
    Duration answerLimit,
    Duration writeLimit,
    Duration lingerLimit,
    List<Transport> transports) {
  private static final String PATH = "granary.network-bridge.deals";

  public DealEndpointSettings {
    transports = List.copyOf(transports);
    positive(requestsMax, "requests-max");
    positive(requestsPerPeerMax, "requests-per-peer-max");
    positive(deskInFlightMax, "desk-in-flight-max");
    require(
        requestBytesMax > 0 && requestBytesMax <= WireLimits.OBJECT_BYTES_MAX,
        "request-bytes-max",
        "must be from 1 to " + WireLimits.OBJECT_BYTES_MAX + ", got " + requestBytesMax);
    positive(readLimit, "read-limit");
    positive(answerLimit, "answer-limit");
    positive(writeLimit, "write-limit");
    positive(lingerLimit, "linger-limit");
  }

  /**
   * A way to fetch data back.
   *
   * @param name {@code http} or {@code https}; Boost and Curio say {@code http} with TLS, too
   * @param addresses HTTP multiaddrs, at least one; with TLS where the name says so
   */
  public record Transport(String name, List<Multiaddr> addresses) {
    private static final Set<String> NAMES = Set.of("http", "https");

    public Transport {
      addresses = List.copyOf(addresses);
      require(
          NAMES.contains(name),
          "retrieval-transports.name",
          "must be http or https, got '" + name + "'");
      require(!addresses.isEmpty(), "retrieval-transports.addresses", "must name an address");
      for (Multiaddr address : addresses) {
        require(
            address.url().map(URI::getScheme).filter(scheme -> fits(name, scheme)).isPresent(),
            "retrieval-transports.addresses",
            address + " is no address for " + name);
      }
    }

    private static boolean fits(String name, String scheme) {
      return scheme.equals("https") || (scheme.equals("http") && name.equals("http"));
    }
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static DealEndpointSettings from(Config root) {
    Config config = root.getConfig(PATH);
    long requestBytesMax = config.getBytes("request-bytes-max");
    require(requestBytesMax <= Integer.MAX_VALUE, "request-bytes-max", "must be below 2 GiB");
    return new DealEndpointSettings(
        config.getInt("requests-max"),
        config.getInt("requests-per-peer-max"),
        config.getInt("desk-in-flight-max"),
        (int) requestBytesMax,
        config.getDuration("read-limit"),
        config.getDuration("answer-limit"),
        config.getDuration("write-limit"),
        config.getDuration("linger-limit"),
        config.getConfigList("retrieval-transports").stream()
            .map(DealEndpointSettings::transport)
            .toList());
  }

  private static Transport transport(Config config) {
    try {
      return new Transport(
          config.getString("name"),
          config.getStringList("addresses").stream().map(Multiaddr::parse).toList());
    } catch (PeerFormatException e) {
      throw new IllegalArgumentException(
          PATH + ".retrieval-transports.addresses: " + e.getMessage(), e);
    }
  }

  /** The transports as clients are told them. */
  RetrievalTransports retrieval() {
    return new RetrievalTransports(
        transports.stream()
            .map(
                transport ->
                    new RetrievalTransports.Transport(
                        transport.name(),
                        transport.addresses().stream()
                            .map(address -> Bytes.of(address.bytes()))
                            .toList()))
            .toList());
  }

  private static void positive(int value, String key) {
    require(value > 0, key, "must be positive, got " + value);
  }

  private static void positive(Duration value, String key) {
    require(!value.isNegative() && !value.isZero(), key, "must be positive, got " + value);
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule);
    }
  }
}
