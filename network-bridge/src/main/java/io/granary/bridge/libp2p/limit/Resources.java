package io.granary.bridge.libp2p.limit;

import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.yamux.ReceiveBudget;
import io.granary.bridge.libp2p.yamux.SendBudget;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Counts all that is open and refuses what is over a limit. Thread-safe; each call takes one lock
 * for a few map operations.
 *
 * <p>Source of the scopes and of the default values: go-libp2p, p2p/host/resource-manager
 * (limit_defaults.go, conn_limiter.go).
 */
public final class Resources {
  private static final String NODE = "this node";
  private static final int SITE_BITS = 48;
  private static final int SUBNET_BITS = 56;

  private final LongSupplier nanoTime;
  private final AddressRates rates;
  private final ReceiveBudget windows;
  private final SendBudget sends;
  private final Tallies<String> connections;
  private final Tallies<String> upgrading;
  private final Tallies<PeerId> perPeer;
  private final Tallies<String> perIp4;
  private final Tallies<String> perIp6;
  private final Tallies<String> perIp6Site;
  private final Tallies<String> streams;
  private final Tallies<String> negotiating;
  private final Tallies<PeerId> streamsPerPeer;
  private final Tallies<String> streamsPerProtocol;
  private final Tallies<ProtocolPeer> streamsPerProtocolPeer;

  /** One count of something that is open. */
  record Counted<K>(Tallies<K> in, K key, Direction direction) {
    void add() {
      in.add(key, direction);
    }

    void remove() {
      in.remove(key, direction);
    }
  }

  private record ProtocolPeer(String protocol, PeerId peer) {
    @Override
    public String toString() {
      return protocol + " and " + peer;
    }
  }

  /**
   * What is open at this moment.
   *
   * @param upgrading connections without a proven peer
   * @param negotiating streams without an agreed protocol
   * @param windowBytes all receive windows together
   * @param sendBytes all that waits to be sent together
   */
  public record Use(
      int connections,
      int upgrading,
      int peers,
      int streams,
      int negotiating,
      long windowBytes,
      long sendBytes) {}

  public Resources(LimitSettings settings, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    rates =
        new AddressRates(settings.acceptBurst(), settings.acceptEvery(), settings.addressesKept());
    windows = new ReceiveBudget(settings.windowBytesMax());
    sends = new SendBudget(settings.sendBytesMax());
    connections = new Tallies<>("connections", settings.connections());
    upgrading = new Tallies<>("upgrading", settings.upgrading());
    perPeer = new Tallies<>("connections-per-peer", settings.perPeer());
    perIp4 = new Tallies<>("connections-per-ip4", incoming(settings.perIp4()));
    perIp6 = new Tallies<>("connections-per-ip6-56", incoming(settings.perIp6()));
    perIp6Site = new Tallies<>("connections-per-ip6-48", incoming(settings.perIp6Site()));
    streams = new Tallies<>("streams", settings.streams());
    negotiating = new Tallies<>("negotiating", settings.negotiating());
    streamsPerPeer = new Tallies<>("streams-per-peer", settings.streamsPerPeer());
    streamsPerProtocol = new Tallies<>("streams-per-protocol", settings.streamsPerProtocol());
    streamsPerProtocolPeer =
        new Tallies<>(
            of ->
                settings.ofProtocol().containsKey(of.protocol())
                    ? LimitSettings.protocolKey(of.protocol())
                    : "streams-per-protocol-and-peer",
            of ->
                settings
                    .ofProtocol()
                    .getOrDefault(of.protocol(), settings.streamsPerProtocolPeer()));
  }

  private static Bound incoming(int count) {
    return new Bound(count, 0, count);
  }

  /**
   * Counts a connection from {@code address}. Loopback addresses have no limit of their own.
   *
   * @throws LimitException when there are too many, or it opens them too fast
   */
  public synchronized ConnectionSlot accept(InetAddress address) {
    List<Counted<?>> counts = new ArrayList<>();
    counts.add(new Counted<>(connections, NODE, Direction.IN));
    counts.add(new Counted<>(upgrading, NODE, Direction.IN));
    if (!address.isLoopbackAddress()) {
      if (!rates.take(address, nanoTime.getAsLong())) {
        throw new LimitException(
            LimitSettings.PATH + "accept-every for " + address.getHostAddress());
      }
      if (address instanceof Inet4Address) {
        counts.add(new Counted<>(perIp4, address.getHostAddress(), Direction.IN));
      } else {
        counts.add(new Counted<>(perIp6, network(address, SUBNET_BITS), Direction.IN));
        counts.add(new Counted<>(perIp6Site, network(address, SITE_BITS), Direction.IN));
      }
    }
    addAll(counts);
    return new ConnectionSlot(this, Direction.IN, counts);
  }

  /**
   * Counts a connection that we open.
   *
   * @throws LimitException when there are too many
   */
  public synchronized ConnectionSlot dial() {
    List<Counted<?>> counts = new ArrayList<>();
    counts.add(new Counted<>(connections, NODE, Direction.OUT));
    counts.add(new Counted<>(upgrading, NODE, Direction.OUT));
    addAll(counts);
    return new ConnectionSlot(this, Direction.OUT, counts);
  }

  /** What the receive windows of all connections share. */
  public ReceiveBudget windows() {
    return windows;
  }

  /** What the send buffers of all connections share. */
  public SendBudget sends() {
    return sends;
  }

  /** What is open now. */
  public synchronized Use use() {
    return new Use(
        connections.count(NODE),
        upgrading.count(NODE),
        perPeer.keys(),
        streams.count(NODE),
        negotiating.count(NODE),
        windows.usedBytes(),
        sends.usedBytes());
  }

  Counted<String> upgrading(Direction direction) {
    return new Counted<>(upgrading, NODE, direction);
  }

  Counted<PeerId> connectionOf(PeerId peer, Direction direction) {
    return new Counted<>(perPeer, peer, direction);
  }

  List<Counted<?>> newStream(PeerId peer, Direction direction) {
    return List.of(
        new Counted<>(streams, NODE, direction),
        new Counted<>(streamsPerPeer, peer, direction),
        negotiating(direction));
  }

  Counted<String> negotiating(Direction direction) {
    return new Counted<>(negotiating, NODE, direction);
  }

  List<Counted<?>> agreedStream(PeerId peer, String protocol, Direction direction) {
    return List.of(
        new Counted<>(streamsPerProtocol, protocol, direction),
        new Counted<>(streamsPerProtocolPeer, new ProtocolPeer(protocol, peer), direction));
  }

  /** All or, where one is full, none. The caller holds the lock. */
  void addAll(List<? extends Counted<?>> counts) {
    for (int i = 0; i < counts.size(); i++) {
      try {
        counts.get(i).add();
      } catch (LimitException e) {
        removeAll(counts.subList(0, i));
        throw e;
      }
    }
  }

  void removeAll(List<? extends Counted<?>> counts) {
    counts.forEach(Counted::remove);
  }

  /** Bits beyond whole bytes do not occur. */
  private static String network(InetAddress address, int bits) {
    byte[] prefix = Arrays.copyOf(address.getAddress(), bits / Byte.SIZE);
    return HexFormat.of().formatHex(prefix) + "/" + bits;
  }
}
