package io.granary.bridge.libp2p.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a part of a {@link Multiaddr} can be (multiformats/multiaddr, {@code protocols.csv}): those
 * that peers of Filecoin announce. Onion, garlic and other networks' names are not known here.
 */
public enum MultiaddrProtocol {
  /** IPv4 address. */
  IP4(4, "ip4", PartValue.IP4),
  /** TCP port. */
  TCP(6, "tcp", PartValue.PORT),
  /** DCCP port. */
  DCCP(33, "dccp", PartValue.PORT),
  /** IPv6 address. */
  IP6(41, "ip6", PartValue.IP6),
  /** Zone of the IPv6 address that follows. */
  IP6ZONE(42, "ip6zone", PartValue.NAME),
  /** Length in bits of the network prefix of the IP address before. */
  IPCIDR(43, "ipcidr", PartValue.PREFIX_BITS),
  /** Name with addresses of both families. */
  DNS(53, "dns", PartValue.NAME),
  /** Name with IPv4 addresses. */
  DNS4(54, "dns4", PartValue.NAME),
  /** Name with IPv6 addresses. */
  DNS6(55, "dns6", PartValue.NAME),
  /** Name whose TXT records are multiaddrs. */
  DNSADDR(56, "dnsaddr", PartValue.NAME),
  /** SCTP port. */
  SCTP(132, "sctp", PartValue.PORT),
  /** UDP port. */
  UDP(273, "udp", PartValue.PORT),
  /** WebRTC between browsers, an old form. */
  P2P_WEBRTC_DIRECT(276, "p2p-webrtc-direct", PartValue.NONE),
  /** WebRTC to a server. */
  WEBRTC_DIRECT(280, "webrtc-direct", PartValue.NONE),
  /** WebRTC between browsers. */
  WEBRTC(281, "webrtc", PartValue.NONE),
  /** Through the relay named before. */
  P2P_CIRCUIT(290, "p2p-circuit", PartValue.NONE),
  /** UDT. */
  UDT(301, "udt", PartValue.NONE),
  /** uTP. */
  UTP(302, "utp", PartValue.NONE),
  /** Path of a socket in the file system; takes the rest of the address. */
  UNIX(400, "unix", PartValue.PATH),
  /** The peer's id. */
  P2P(421, "p2p", PartValue.PEER),
  /** HTTP inside TLS, in one word. */
  HTTPS(443, "https", PartValue.NONE),
  /** TLS. */
  TLS(448, "tls", PartValue.NONE),
  /** Server name in the TLS handshake. */
  SNI(449, "sni", PartValue.NAME),
  /** Noise. */
  NOISE(454, "noise", PartValue.NONE),
  /** QUIC, draft 29. */
  QUIC(460, "quic", PartValue.NONE),
  /** QUIC, RFC 9000. */
  QUIC_V1(461, "quic-v1", PartValue.NONE),
  /** WebTransport. */
  WEBTRANSPORT(465, "webtransport", PartValue.NONE),
  /** Multihash of a certificate. */
  CERTHASH(466, "certhash", PartValue.HASH),
  /** WebSocket. */
  WS(477, "ws", PartValue.NONE),
  /** WebSocket inside TLS, in one word. */
  WSS(478, "wss", PartValue.NONE),
  /** HTTP. */
  HTTP(480, "http", PartValue.NONE),
  /** Path of HTTP requests, percent-encoded in text. */
  HTTP_PATH(481, "http-path", PartValue.HTTP_PATH),
  /** Number of an endpoint in the same process. */
  MEMORY(777, "memory", PartValue.NUMBER);

  private static final String P2P_OLD_NAME = "ipfs";
  private static final Map<String, MultiaddrProtocol> BY_NAME = new HashMap<>();
  private static final Map<Long, MultiaddrProtocol> BY_CODE = new HashMap<>();

  static {
    for (MultiaddrProtocol protocol : values()) {
      BY_NAME.put(protocol.text, protocol);
      BY_CODE.put((long) protocol.code, protocol);
    }
    BY_NAME.put(P2P_OLD_NAME, P2P);
  }

  private final int code;
  private final String text;
  private final PartValue value;

  MultiaddrProtocol(int code, String text, PartValue value) {
    this.code = code;
    this.text = text;
    this.value = value;
  }

  static Optional<MultiaddrProtocol> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static Optional<MultiaddrProtocol> coded(long code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /** The number in the binary form. */
  public int code() {
    return code;
  }

  PartValue value() {
    return value;
  }

  /** Whether it names a host: an IP address or a DNS name with addresses. */
  public boolean isHost() {
    return switch (this) {
      case IP4, IP6, DNS, DNS4, DNS6 -> true;
      default -> false;
    };
  }

  /** The name in text. */
  @Override
  public String toString() {
    return text;
  }
}
