package io.granary.bridge.libp2p.limit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What may be open at once; reference.conf says what each means.
 *
 * @param connections of the node
 * @param upgrading connections whose peer is not yet proven
 * @param perPeer connections with one peer
 * @param perIp4 connections with one IPv4 address
 * @param perIp6Site connections with one IPv6 network of 48 bits
 * @param perIp6 connections with one IPv6 network of 56 bits
 * @param acceptBurst connections that one address may open at once
 * @param acceptEvery how often it may open one more
 * @param addressesKept addresses whose rate is remembered
 * @param streams of the node
 * @param negotiating streams whose protocol is not yet agreed
 * @param streamsPerPeer of one peer
 * @param streamsPerProtocol of one protocol
 * @param streamsPerProtocolPeer of one peer with one protocol
 * @param ofProtocol the same for protocols that need less or more, by their id
 * @param windowBytesMax all receive windows together
 * @param sendBytesMax all that waits to be sent together
 */
public record LimitSettings(
    Bound connections,
    Bound upgrading,
    Bound perPeer,
    int perIp4,
    int perIp6Site,
    int perIp6,
    int acceptBurst,
    Duration acceptEvery,
    int addressesKept,
    Bound streams,
    Bound negotiating,
    Bound streamsPerPeer,
    Bound streamsPerProtocol,
    Bound streamsPerProtocolPeer,
    Map<String, Bound> ofProtocol,
    long windowBytesMax,
    long sendBytesMax) {

  /** In front of every key here. */
  static final String PATH = "granary.network-bridge.libp2p.limits.";

  public LimitSettings {
    ofProtocol = Map.copyOf(ofProtocol);
    positive(perIp4, "connections-per-ip4");
    positive(perIp6Site, "connections-per-ip6-48");
    positive(perIp6, "connections-per-ip6-56");
    positive(acceptBurst, "accept-burst");
    positive(addressesKept, "addresses-kept");
    if (acceptEvery.isNegative() || acceptEvery.isZero()) {
      throw new IllegalArgumentException(PATH + "accept-every: must be positive");
    }
    if (windowBytesMax < 0) {
      throw new IllegalArgumentException(PATH + "window-bytes-max: must not be negative");
    }
    if (sendBytesMax <= 0) {
      throw new IllegalArgumentException(PATH + "send-bytes-max: must be positive");
    }
  }

  /** Reads {@code limits}, part of the settings of libp2p. */
  public static LimitSettings from(Config limits) {
    return new LimitSettings(
        bound(limits, "connections"),
        bound(limits, "upgrading"),
        bound(limits, "connections-per-peer"),
        limits.getInt("connections-per-ip4"),
        limits.getInt("connections-per-ip6-48"),
        limits.getInt("connections-per-ip6-56"),
        limits.getInt("accept-burst"),
        limits.getDuration("accept-every"),
        limits.getInt("addresses-kept"),
        bound(limits, "streams"),
        bound(limits, "negotiating"),
        bound(limits, "streams-per-peer"),
        bound(limits, "streams-per-protocol"),
        bound(limits, "streams-per-protocol-and-peer"),
        byProtocol(limits.getConfig("of-protocol")),
        limits.getBytes("window-bytes-max"),
        limits.getBytes("send-bytes-max"));
  }

  private static Map<String, Bound> byProtocol(Config section) {
    return section.root().keySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                id -> id,
                id -> read(section.getConfig(ConfigUtil.quoteString(id)), protocolKey(id))));
  }

  static String protocolKey(String id) {
    return "of-protocol." + ConfigUtil.quoteString(id);
  }

  private static Bound bound(Config limits, String key) {
    return read(limits.getConfig(key), key);
  }

  private static Bound read(Config bound, String key) {
    try {
      return new Bound(bound.getInt("in"), bound.getInt("out"), bound.getInt("total"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + "" + key + ": " + e.getMessage(), e);
    }
  }

  private static void positive(int value, String key) {
    if (value <= 0) {
      throw new IllegalArgumentException(PATH + "" + key + ": must be positive, got " + value);
    }
  }
}
