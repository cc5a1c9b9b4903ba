package io.granary.bridge.libp2p.peer;

import io.granary.protocol.Bytes;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a peer can be reached (multiformats/multiaddr): parts from the outside in, such as {@code
 * /ip4/192.0.2.1/tcp/4001/p2p/12D3Koo…}. At least one part. Two are equal when their bytes are.
 */
public final class Multiaddr {
  /** The longest binary form that is looked at; the chain keeps at most 1024 bytes for all. */
  public static final int BYTES_MAX = 1024;

  /** The longest text that is looked at, in characters. */
  public static final int TEXT_LENGTH_MAX = 4 * BYTES_MAX;

  private static final int PORT_MAX = 0xffff;

  private final List<Part> parts;
  private final Bytes bytes;

  /**
   * One part.
   *
   * @param protocol what it is
   * @param value its value in the binary form, without a length; empty when it takes none
   */
  public record Part(MultiaddrProtocol protocol, Bytes value) {
    /** The value as it stands in text, without slashes around it. */
    public String text() {
      return protocol.value().print(value);
    }
  }

  /**
   * A host and a TCP port on it.
   *
   * @param kind what the host is: {@code IP4}, {@code IP6}, {@code DNS}, {@code DNS4} (look for
   *     IPv4 only) or {@code DNS6}
   * @param host the address or name, without brackets
   * @param port 0 to 65535
   */
  public record TcpTarget(MultiaddrProtocol kind, String host, int port) {}

  private Multiaddr(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.bytes = MultiaddrCodec.encode(parts);
    if (parts.isEmpty()) {
      throw new PeerFormatException("multiaddr: empty");
    }
    requireNothingBehindPath(parts);
    if (bytes.length() > BYTES_MAX) {
      throw new PeerFormatException(
          "multiaddr: " + bytes.length() + " bytes, at most " + BYTES_MAX);
    }
  }

  /** In text a path takes all that follows, so nothing can follow it. */
  private static void requireNothingBehindPath(List<Part> parts) {
    for (Part part : parts.subList(0, parts.size() - 1)) {
      if (part.protocol().value() == PartValue.PATH) {
        throw new PeerFormatException(
            "multiaddr: /" + part.protocol() + " is followed by another part");
      }
    }
  }

  /**
   * Reads text.
   *
   * @throws PeerFormatException naming the part that is wrong
   */
  public static Multiaddr parse(String text) {
    return new Multiaddr(MultiaddrCodec.parse(text));
  }

  /**
   * Reads the texts of a configuration's list.
   *
   * @param key where they stand
   * @throws IllegalArgumentException naming the key and the part that is wrong
   */
  public static List<Multiaddr> parseAll(List<String> texts, String key) {
    try {
      return texts.stream().map(Multiaddr::parse).toList();
    } catch (PeerFormatException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the binary form.
   *
   * @throws PeerFormatException naming the part that is wrong, or the code that is not known:
   *     nothing after it can be read
   */
  public static Multiaddr ofBytes(byte[] binary) {
    if (binary.length > BYTES_MAX) {
      throw new PeerFormatException("multiaddr: " + binary.length + " bytes, at most " + BYTES_MAX);
    }
    return new Multiaddr(MultiaddrCodec.decode(Bytes.of(binary)));
  }

  /** The address of a TCP port of 0 to 65535; a zone of an IPv6 address is left out. */
  public static Multiaddr tcp(InetAddress host, int port) {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port " + port);
    }
    MultiaddrProtocol kind =
        host instanceof Inet6Address ? MultiaddrProtocol.IP6 : MultiaddrProtocol.IP4;
    Bytes portBytes = Bytes.of(new byte[] {(byte) (port >> 8), (byte) port});
    return new Multiaddr(
        List.of(
            new Part(kind, Bytes.of(host.getAddress())),
            new Part(MultiaddrProtocol.TCP, portBytes)));
  }

  /** The binary form, a copy. */
  public byte[] bytes() {
    return bytes.toArray();
  }

  /** The parts from the outside in. */
  public List<Part> parts() {
    return parts;
  }

  /** Whether there is such a part. */
  public boolean has(MultiaddrProtocol protocol) {
    return parts.stream().anyMatch(part -> part.protocol() == protocol);
  }

  /**
   * Where to connect, when this is plain TCP: a host, a port, and at most the peer's id after them.
   * Empty for everything else, such as WebSocket, QUIC, relays and {@code dnsaddr}.
   */
  public Optional<TcpTarget> tcp() {
    int length = peer().isPresent() ? parts.size() - 1 : parts.size();
    if (length != 2
        || !parts.get(0).protocol().isHost()
        || parts.get(1).protocol() != MultiaddrProtocol.TCP) {
      return Optional.empty();
    }
    Part host = parts.get(0);
    int port = Integer.parseInt(parts.get(1).text());
    return Optional.of(new TcpTarget(host.protocol(), host.text(), port));
  }

  /**
   * The URL of an HTTP or WebSocket address: host, port, {@code tls}, {@code http}, {@code ws},
   * their one-word forms and {@code http-path}. A port that the scheme has anyway is left out.
   * Empty for everything else, and for a TLS server name that is not the host's.
   */
  public Optional<URI> url() {
    return MultiaddrUrl.of(withoutLast(peer().isPresent()));
  }

  private List<Part> withoutLast(boolean drop) {
    return drop ? parts.subList(0, parts.size() - 1) : parts;
  }

  /** The peer at the end of the address, when the last part names it. */
  public Optional<PeerId> peer() {
    Part last = parts.get(parts.size() - 1);
    return last.protocol() == MultiaddrProtocol.P2P
        ? Optional.of(new PeerId(last.value()))
        : Optional.empty();
  }

  /**
   * This address with the peer at its end.
   *
   * @throws PeerFormatException when another peer stands there already, or a path, behind which
   *     nothing can stand
   */
  public Multiaddr withPeer(PeerId peer) {
    Optional<PeerId> present = peer();
    if (present.isPresent() && !present.get().equals(peer)) {
      throw new PeerFormatException("multiaddr: " + this + " is that of another peer than " + peer);
    }
    List<Part> longer = new ArrayList<>(parts);
    if (present.isEmpty()) {
      longer.add(new Part(MultiaddrProtocol.P2P, peer.multihash()));
    }
    return new Multiaddr(longer);
  }

  /**
   * This address without the peer at its end; the same when there is none.
   *
   * @throws PeerFormatException when there is nothing but the peer
   */
  public Multiaddr withoutPeer() {
    return new Multiaddr(withoutLast(peer().isPresent()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr address && bytes.equals(address.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  /** The text form: names and values with a slash before each, ids of peers in base58. */
  @Override
  public String toString() {
    return MultiaddrCodec.print(parts);
  }
}
