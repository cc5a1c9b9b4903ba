package io.granary.bridge;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of this module, from {@code granary.network-bridge}; reference.conf says what each
 * means.
 *
 * @param nodes chain nodes in order of preference, at least one
 * @param addressPrefix 'f' or 't'
 * @param answerBytesMax the longest HTTP answer
 * @param frameBytesMax the longest WebSocket message
 * @param answersKeptMax answers about named tipsets kept for the next who asks
 * @param threads threads that decode answers
 */
public record NetworkBridgeSettings(
    List<ChainNode> nodes,
    char addressPrefix,
    Duration connectTimeout,
    Duration requestTimeout,
    Duration waitTimeout,
    int requestsInFlightMax,
    int requestsWaitingMax,
    int waitsInFlightMax,
    int answerBytesMax,
    int frameBytesMax,
    int answersKeptMax,
    int threads,
    Follow follow) {
  private static final String PATH = "granary.network-bridge.chain";

  public NetworkBridgeSettings {
    nodes = List.copyOf(nodes);
    require(!nodes.isEmpty(), "nodes", "must name at least one chain node");
    require(addressPrefix == 'f' || addressPrefix == 't', "address-prefix", "must be f or t");
    requirePositive(connectTimeout, "connect-timeout");
    requirePositive(requestTimeout, "request-timeout");
    requirePositive(waitTimeout, "wait-timeout");
    requirePositive(requestsInFlightMax, "requests-in-flight-max");
    require(requestsWaitingMax >= 0, "requests-waiting-max", "must not be negative");
    requirePositive(waitsInFlightMax, "waits-in-flight-max");
    requirePositive(answerBytesMax, "answer-bytes-max");
    requirePositive(frameBytesMax, "frame-bytes-max");
    require(answersKeptMax >= 0, "answers-kept-max", "must not be negative");
    requirePositive(threads, "threads");
  }

  /**
   * One chain node.
   *
   * @param url http or https
   * @param tokenFile a file with the JWT text
   */
  public record ChainNode(URI url, Optional<Path> tokenFile) {
    public ChainNode {
      String scheme = url.getScheme();
      require(
          ("http".equals(scheme) || "https".equals(scheme)) && url.getHost() != null,
          "nodes.url",
          "must be an http or https URL, got " + url);
    }

    /** The same address for WebSocket. */
    public URI webSocketUrl() {
      return URI.create("ws" + url.toString().substring("http".length()));
    }

    @Override
    public String toString() {
      return url.toString();
    }
  }

  /**
   * How the head is followed.
   *
   * @param reconnectJitter 0 to 1
   * @param silenceEpochs epochs without a head after which the subscription counts as dead
   * @param silenceMin the least such time
   * @param historyTipsetsMax tipsets kept to find a fork point
   * @param catchUpEpochs epochs handed on at once after an outage
   */
  public record Follow(
      Duration reconnectMin,
      Duration reconnectMax,
      double reconnectJitter,
      int silenceEpochs,
      Duration silenceMin,
      Duration pingInterval,
      int historyTipsetsMax,
      int catchUpEpochs) {
    public Follow {
      requirePositive(reconnectMin, "follow.reconnect-min");
      require(
          reconnectMax.compareTo(reconnectMin) >= 0,
          "follow.reconnect-max",
          "must not be below reconnect-min");
      require(
          reconnectJitter >= 0 && reconnectJitter <= 1,
          "follow.reconnect-jitter",
          "must be from 0 to 1");
      requirePositive(silenceEpochs, "follow.silence-epochs");
      requirePositive(silenceMin, "follow.silence-min");
      requirePositive(pingInterval, "follow.ping-interval");
      requirePositive(historyTipsetsMax, "follow.history-tipsets-max");
      requirePositive(catchUpEpochs, "follow.catch-up-epochs");
    }
  }

  /**
   * Reads the settings out of the whole configuration.
   *
   * @throws ConfigException for a key that is missing or of the wrong type
   * @throws IllegalArgumentException naming a key whose value is out of range
   */
  public static NetworkBridgeSettings from(Config root) {
    Config chain = root.getConfig(PATH);
    Config follow = chain.getConfig("follow");
    return new NetworkBridgeSettings(
        chain.getConfigList("nodes").stream().map(NetworkBridgeSettings::node).toList(),
        prefix(chain.getString("address-prefix")),
        chain.getDuration("connect-timeout"),
        chain.getDuration("request-timeout"),
        chain.getDuration("wait-timeout"),
        chain.getInt("requests-in-flight-max"),
        chain.getInt("requests-waiting-max"),
        chain.getInt("waits-in-flight-max"),
        bytes(chain, "answer-bytes-max"),
        bytes(chain, "frame-bytes-max"),
        chain.getInt("answers-kept-max"),
        chain.getInt("threads"),
        new Follow(
            follow.getDuration("reconnect-min"),
            follow.getDuration("reconnect-max"),
            follow.getDouble("reconnect-jitter"),
            follow.getInt("silence-epochs"),
            follow.getDuration("silence-min"),
            follow.getDuration("ping-interval"),
            follow.getInt("history-tipsets-max"),
            follow.getInt("catch-up-epochs")));
  }

  private static ChainNode node(Config node) {
    String tokenFile = node.hasPath("token-file") ? node.getString("token-file") : "";
    return new ChainNode(
        URI.create(node.getString("url")),
        tokenFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(tokenFile)));
  }

  private static char prefix(String text) {
    require(text.length() == 1, "address-prefix", "must be f or t, got " + text);
    return text.charAt(0);
  }

  private static int bytes(Config config, String key) {
    long bytes = config.getBytes(key);
    require(bytes <= Integer.MAX_VALUE, key, "must be below 2 GiB");
    return (int) bytes;
  }

  private static void requirePositive(Duration value, String key) {
    require(!value.isZero() && !value.isNegative(), key, "must be positive");
  }

  private static void requirePositive(int value, String key) {
    require(value > 0, key, "must be positive");
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule);
    }
  }
}
