package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.bridge.libp2p.peer.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a peer says of itself (libp2p specs, identify). Every field may be missing: an answer may
 * come in several messages, and a push tells only what has changed.
 */
record IdentifyMessage(
    Optional<PublicKey> key,
    List<Multiaddr> listenAddresses,
    List<String> protocols,
    Optional<Multiaddr> observed,
    Optional<String> protocolVersion,
    Optional<String> agent) {
  static final String PROTOCOL = "/ipfs/id/1.0.0";
  static final String PUSH = "/ipfs/id/push/1.0.0";
  static final String PROTOCOL_VERSION = "ipfs/0.1.0";
  static final IdentifyMessage EMPTY =
      new IdentifyMessage(
          Optional.empty(),
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private static final String NAME = "identify";
  private static final int KEY_BYTES_MAX = 8 * 1024;
  private static final int ADDRESS_BYTES_MAX = 512;
  private static final int TEXT_BYTES_MAX = 1024;

  private static final int PUBLIC_KEY = 1;
  private static final int LISTEN_ADDRS = 2;
  private static final int PROTOCOLS = 3;
  private static final int OBSERVED_ADDR = 4;
  private static final int PROTOCOL_VERSION_FIELD = 5;
  private static final int AGENT_VERSION = 6;

  IdentifyMessage {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = List.copyOf(protocols);
  }

  byte[] encode() {
    ProtoWriter out = new ProtoWriter();
    key.ifPresent(value -> out.bytes(PUBLIC_KEY, value.encode()));
    listenAddresses.forEach(address -> out.bytes(LISTEN_ADDRS, address.bytes()));
    protocols.forEach(id -> out.text(PROTOCOLS, id));
    observed.ifPresent(address -> out.bytes(OBSERVED_ADDR, address.bytes()));
    protocolVersion.ifPresent(text -> out.text(PROTOCOL_VERSION_FIELD, text));
    agent.ifPresent(text -> out.text(AGENT_VERSION, text));
    return out.toBytes();
  }

  /**
   * Reads one message. An address that cannot be read is dropped alone, and so are those and the
   * protocols beyond the bounds.
   *
   * @throws CodecException when it is no such message
   */
  static IdentifyMessage decode(byte[] bytes, Libp2pSettings.Identify bounds) {
    ProtoReader in = new ProtoReader(bytes, NAME);
    Optional<PublicKey> key = Optional.empty();
    List<Multiaddr> addresses = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    Optional<Multiaddr> observed = Optional.empty();
    Optional<String> version = Optional.empty();
    Optional<String> agent = Optional.empty();
    while (in.next()) {
      switch (in.field()) {
        case PUBLIC_KEY -> key = Optional.of(key(in.bytes(KEY_BYTES_MAX)));
        case LISTEN_ADDRS -> {
          Optional<Multiaddr> address = address(in.bytes(bounds.messageBytesMax()));
          if (addresses.size() < bounds.addressesMax()) {
            address.ifPresent(addresses::add);
          }
        }
        case PROTOCOLS -> {
          String id = in.text(TEXT_BYTES_MAX);
          if (protocols.size() < bounds.protocolsMax()) {
            protocols.add(id);
          }
        }
        case OBSERVED_ADDR -> observed = address(in.bytes(bounds.messageBytesMax()));
        case PROTOCOL_VERSION_FIELD -> version = Optional.of(in.text(TEXT_BYTES_MAX));
        case AGENT_VERSION -> agent = Optional.of(in.text(TEXT_BYTES_MAX));
        default -> in.skip();
      }
    }
    return new IdentifyMessage(key, addresses, protocols, observed, version, agent);
  }

  private static PublicKey key(byte[] bytes) {
    try {
      return PublicKey.decode(bytes);
    } catch (PeerFormatException e) {
      throw new CodecException(NAME + ": " + e.getMessage(), e);
    }
  }

  private static Optional<Multiaddr> address(byte[] bytes) {
    if (bytes.length > ADDRESS_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(Multiaddr.ofBytes(bytes));
    } catch (PeerFormatException e) {
      return Optional.empty();
    }
  }

  /** This, with what {@code later} says instead where it says something. */
  IdentifyMessage with(IdentifyMessage later) {
    return new IdentifyMessage(
        later.key.or(() -> key),
        later.listenAddresses.isEmpty() ? listenAddresses : later.listenAddresses,
        later.protocols.isEmpty() ? protocols : later.protocols,
        later.observed.or(() -> observed),
        later.protocolVersion.or(() -> protocolVersion),
        later.agent.or(() -> agent));
  }

  /** This, with other addresses. */
  IdentifyMessage withAddresses(List<Multiaddr> addresses) {
    return new IdentifyMessage(key, addresses, protocols, observed, protocolVersion, agent);
  }

  /** Two parts of one answer: lists are added up. */
  IdentifyMessage and(IdentifyMessage next, Libp2pSettings.Identify bounds) {
    return new IdentifyMessage(
        next.key.or(() -> key),
        joined(listenAddresses, next.listenAddresses, bounds.addressesMax()),
        joined(protocols, next.protocols, bounds.protocolsMax()),
        next.observed.or(() -> observed),
        next.protocolVersion.or(() -> protocolVersion),
        next.agent.or(() -> agent));
  }

  private static <T> List<T> joined(List<T> first, List<T> second, int max) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second.subList(0, Math.min(second.size(), max - first.size())));
    return all;
  }
}
