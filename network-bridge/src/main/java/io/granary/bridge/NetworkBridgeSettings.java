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
 * @param requestTimeout for one request, all tries together
 * @param quickTimeout for one node while another is left to ask
 * @param slowTimeout the same for reads that take a node seconds
 * @param triesMax nodes asked for one read
 * @param hedgeTimes times its usual answer time after which a second node is asked as well
 * @param hedgeMin the least such time
 * @param nonceWait for further nodes after the first has told a nonce
 * @param walletKeysKeptMax keys whose node is remembered
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
    Duration quickTimeout,
    Duration slowTimeout,
    int triesMax,
    double hedgeTimes,
    Duration hedgeMin,
    Duration nonceWait,
    int walletKeysKeptMax,
    Duration waitTimeout,
    int requestsInFlightMax,
    int requestsWaitingMax,
    int waitsInFlightMax,
    int answerBytesMax,
    int frameBytesMax,
    int answersKeptMax,
    int threads,
    Follow follow,
    Watch watch) {
  private static final String PATH = "granary.network-bridge.chain";

  public NetworkBridgeSettings {
    nodes = List.copyOf(nodes);
    require(!nodes.isEmpty(), "nodes", "must name at least one chain node");
    require(addressPrefix == 'f' || addressPrefix == 't', "address-prefix", "must be f or t");
    requirePositive(connectTimeout, "connect-timeout");
    requirePositive(requestTimeout, "request-timeout");
    requirePositive(quickTimeout, "quick-timeout");
    requirePositive(slowTimeout, "slow-timeout");
    requirePositive(triesMax, "tries-max");
    require(hedgeTimes >= 1, "hedge.times", "must be at least 1");
    requirePositive(hedgeMin, "hedge.min");
    requirePositive(nonceWait, "nonce-wait");
    requirePositive(walletKeysKeptMax, "wallet-keys-kept-max");
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
   * @param historyTipsetsMax tipsets kept to find a fork point
   * @param catchUpEpochs epochs handed on at once after an outage
   */
  public record Follow(
      Duration reconnectMin,
      Duration reconnectMax,
      double reconnectJitter,
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
      requirePositive(pingInterval, "follow.ping-interval");
      requirePositive(historyTipsetsMax, "follow.history-tipsets-max");
      requirePositive(catchUpEpochs, "follow.catch-up-epochs");
    }
  }

  /**
   * How the nodes are watched.
   *
   * @param blockDelay an epoch, until a node has told its own
   * @param pollsPerEpoch rounds of polls in an epoch
   * @param pollMin the least time between rounds
   * @param pollMax the longest time between rounds
   * @param pollTimeout for one answer
   * @param pollsFailedMax polls without an answer after which the stream is moved
   * @param lagEpochsMax epochs below the best head from which a node is not believed
   * @param forkRoundsMax rounds on a lighter branch after which a node is not believed
   * @param lighterRoundsMax rounds after which a lighter head is followed, when nobody has ours
   * @param headAgeEpochsMax age of the best head from which the operator is told
   * @param answerTimesKept answers that the usual answer time is taken from
   */
  public record Watch(
      Duration blockDelay,
      int pollsPerEpoch,
      Duration pollMin,
      Duration pollMax,
      Duration pollTimeout,
      int pollsFailedMax,
      int lagEpochsMax,
      int forkRoundsMax,
      int lighterRoundsMax,
      int headAgeEpochsMax,
      int answerTimesKept) {
    public Watch {
      requirePositive(blockDelay, "watch.block-delay");
      requirePositive(pollsPerEpoch, "watch.polls-per-epoch");
      requirePositive(pollMin, "watch.poll-min");
      require(
          pollMax.compareTo(pollMin) >= 0, "watch.poll-max", "must not be below watch.poll-min");
      requirePositive(pollTimeout, "watch.poll-timeout");
      requirePositive(pollsFailedMax, "watch.polls-failed-max");
      requirePositive(lagEpochsMax, "watch.lag-epochs-max");
      requirePositive(forkRoundsMax, "watch.fork-rounds-max");
      requirePositive(lighterRoundsMax, "watch.lighter-rounds-max");
      requirePositive(headAgeEpochsMax, "watch.head-age-epochs-max");
      requirePositive(answerTimesKept, "watch.answer-times-kept");
    }

    private static Watch from(Config watch) {
      return new Watch(
          watch.getDuration("block-delay"),
          watch.getInt("polls-per-epoch"),
          watch.getDuration("poll-min"),
          watch.getDuration("poll-max"),
          watch.getDuration("poll-timeout"),
          watch.getInt("polls-failed-max"),
          watch.getInt("lag-epochs-max"),
          watch.getInt("fork-rounds-max"),
          watch.getInt("lighter-rounds-max"),
          watch.getInt("head-age-epochs-max"),
          watch.getInt("answer-times-kept"));
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
        chain.getDuration("quick-timeout"),
        chain.getDuration("slow-timeout"),
        chain.getInt("tries-max"),
        chain.getDouble("hedge.times"),
        chain.getDuration("hedge.min"),
        chain.getDuration("nonce-wait"),
        chain.getInt("wallet-keys-kept-max"),
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
            follow.getDuration("ping-interval"),
            follow.getInt("history-tipsets-max"),
            follow.getInt("catch-up-epochs")),
        Watch.from(chain.getConfig("watch")));
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
