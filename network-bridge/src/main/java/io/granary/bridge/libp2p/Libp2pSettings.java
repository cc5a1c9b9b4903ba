package io.granary.bridge.libp2p;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.bridge.libp2p.limit.LimitSettings;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.secure.HandshakeLimits;
import io.granary.bridge.libp2p.secure.NegotiationLimits;
import io.granary.bridge.libp2p.yamux.YamuxSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Settings of this node as a libp2p peer, from {@code granary.network-bridge.libp2p};
 * reference.conf says what each means.
 *
 * @param listen where to listen
 * @param announce what others are told instead of where we listen; empty for no difference
 * @param agent name and version told to others
 * @param threads event loops
 * @param connectLimit for one address to answer, and for its name to be looked up
 * @param dialAddressesMax addresses of a peer that are tried
 * @param upgradeLimit from the open socket to streams
 * @param idleLimit without any stream, after which a connection is closed
 * @param negotiation of a connection
 * @param streamNegotiation of a stream
 */
public record Libp2pSettings(
    List<Multiaddr> listen,
    List<Multiaddr> announce,
    String agent,
    int threads,
    Duration connectLimit,
    int dialAddressesMax,
    Duration upgradeLimit,
    Duration idleLimit,
    NegotiationLimits negotiation,
    NegotiationLimits streamNegotiation,
    HandshakeLimits handshake,
    Identify identify,
    Duration pingIdleLimit,
    YamuxSettings yamux,
    LimitSettings limits) {
  private static final String PATH = "granary.network-bridge.libp2p";

  /**
   * How identify answers are taken.
   *
   * @param limit for the whole answer
   * @param messageBytesMax of one message
   * @param messagesMax that one answer may be split into
   * @param protocolsMax kept of what a peer serves
   * @param addressesMax kept of where it listens
   */
  public record Identify(
      Duration limit, int messageBytesMax, int messagesMax, int protocolsMax, int addressesMax) {
    public Identify {
      positive(limit, "identify.limit");
      positive(messageBytesMax, "identify.message-bytes-max");
      positive(messagesMax, "identify.messages-max");
      positive(protocolsMax, "identify.protocols-max");
      positive(addressesMax, "identify.addresses-max");
    }
  }

  public Libp2pSettings {
    listen = List.copyOf(listen);
    announce = List.copyOf(announce);
    positive(threads, "threads");
    positive(connectLimit, "connect-limit");
    positive(dialAddressesMax, "dial-addresses-max");
    positive(upgradeLimit, "upgrade-limit");
    positive(idleLimit, "idle-limit");
    positive(pingIdleLimit, "ping-idle-limit");
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static Libp2pSettings from(Config root) {
    Config config = root.getConfig(PATH);
    Config negotiation = config.getConfig("negotiation");
    Config handshake = config.getConfig("handshake");
    Config identify = config.getConfig("identify");
    int tokenBytesMax = at("negotiation", () -> size(negotiation, "token-bytes-max"));
    int refusedMax = negotiation.getInt("refused-max");
    return new Libp2pSettings(
        addresses(config, "listen"),
        addresses(config, "announce"),
        config.getString("agent"),
        config.getInt("threads"),
        config.getDuration("connect-limit"),
        config.getInt("dial-addresses-max"),
        config.getDuration("upgrade-limit"),
        config.getDuration("idle-limit"),
        at(
            "negotiation",
            () ->
                new NegotiationLimits(
                    tokenBytesMax, refusedMax, negotiation.getDuration("connection-limit"))),
        at(
            "negotiation",
            () ->
                new NegotiationLimits(
                    tokenBytesMax, refusedMax, negotiation.getDuration("stream-limit"))),
        at(
            "handshake",
            () ->
                new HandshakeLimits(
                    size(handshake, "frame-bytes-max"),
                    handshake.getInt("muxers-max"),
                    handshake.getDuration("limit"))),
        new Identify(
            identify.getDuration("limit"),
            at("identify", () -> size(identify, "message-bytes-max")),
            identify.getInt("messages-max"),
            identify.getInt("protocols-max"),
            identify.getInt("addresses-max")),
        config.getDuration("ping-idle-limit"),
        at("yamux", () -> yamux(config.getConfig("yamux"))),
        LimitSettings.from(config.getConfig("limits")));
  }

  /** Names the section of what is out of range. */
  private static <T> T at(String section, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + "." + section + ": " + e.getMessage(), e);
    }
  }

  private static YamuxSettings yamux(Config config) {
    return new YamuxSettings(
        size(config, "window-initial"),
        size(config, "window-max"),
        size(config, "frame-bytes-max"),
        config.getInt("streams-in"),
        config.getInt("streams-out"),
        config.getInt("accept-backlog"),
        config.getBytes("send-buffer"),
        config.getDuration("ping-every"),
        config.getDuration("ping-limit"),
        config.getBytes("windows-of-connection"),
        size(config, "send-buffer-of-stream"),
        config.getInt("opens-waiting-max"),
        config.getInt("control-frames-max"),
        config.getInt("pings-per-second-max"),
        config.getInt("closed-remembered-max"),
        size(config, "stray-bytes-max"));
  }

  private static List<Multiaddr> addresses(Config config, String key) {
    return Multiaddr.parseAll(config.getStringList(key), PATH + "." + key);
  }

  private static int size(Config config, String key) {
    long bytes = config.getBytes(key);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key + ": must be below 2 GiB");
    }
    return (int) bytes;
  }

  private static void positive(int value, String key) {
    if (value <= 0) {
      throw new IllegalArgumentException(PATH + "." + key + ": must be positive, got " + value);
    }
  }

  private static void positive(Duration value, String key) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(PATH + "." + key + ": must be positive, got " + value);
    }
  }
}
