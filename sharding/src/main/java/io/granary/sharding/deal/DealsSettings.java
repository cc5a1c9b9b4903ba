package io.granary.sharding.deal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.DealPolicy;
import io.granary.protocol.deal.StorageAsk;
import io.granary.protocol.deal.Transfer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings of {@code granary.deals}; reference.conf says what each means.
 *
 * @param policy what is taken; its ask is the one that is signed, but for sequence and epochs
 * @param askValidEpochs how long a signed ask holds
 * @param askKept how long a signed ask is given out before it is made anew
 * @param restLookEpochs how often an active deal is looked at
 * @param answerTimeout for the answer of an entity
 */
public record DealsSettings(
    DealPolicy policy,
    DealLimits limits,
    DealWorkSettings work,
    long askValidEpochs,
    Duration askKept,
    long restLookEpochs,
    Duration answerTimeout) {
  private static final String PATH = "granary.deals";

  /** Stands for the miner while there is none. */
  private static final String NOBODY = "f00";

  public DealsSettings {
    require(askValidEpochs >= 1, "ask.valid-epochs", "at least 1", askValidEpochs);
    require(restLookEpochs >= 1, "rest-look-epochs", "at least 1", restLookEpochs);
    require(!askKept.isNegative(), "ask.kept", "not negative", askKept);
    require(answerTimeout.toMillis() >= 1, "answer-timeout", "at least 1ms", answerTimeout);
  }

  /** The miner whose deals these are, in its f0 form. */
  public Address provider() {
    return policy.ask().miner();
  }

  /**
   * Reads {@code granary.deals} of {@code root}; empty when deals are not served. What is set is
   * read all the same then, but that a miner need not be named.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  public static Optional<DealsSettings> from(Config root) {
    Config config = root.getConfig(PATH);
    boolean enabled = config.getBoolean("enabled");
    Config read =
        enabled || !config.getString("miner").isEmpty()
            ? config
            : config.withValue("miner", ConfigValueFactory.fromAnyRef(NOBODY));
    return Optional.of(read(read)).filter(settings -> enabled);
  }

  private static DealsSettings read(Config config) {
    checkJudges(config);
    return new DealsSettings(
        policy(config),
        new DealLimits(
            config.getInt("limits.under-way-max"),
            config.getInt("limits.under-way-per-client-max"),
            config.getBytes("limits.staging-bytes-max"),
            config.getInt("limits.proposals-max")),
        new DealWorkSettings(
            config.getDuration("transfer.retry-delay-min"),
            config.getDuration("transfer.retry-delay-max"),
            config.getLong("finality-epochs"),
            config.getDuration("unknown-kept"),
            config.getInt("damaged-max")),
        config.getLong("ask.valid-epochs"),
        config.getDuration("ask.kept"),
        config.getLong("rest-look-epochs"),
        config.getDuration("answer-timeout"));
  }

  /** Akka reads them first when a node begins to listen, and takes any number then. */
  private static void checkJudges(Config config) {
    String pool = "judge-dispatcher.thread-pool-executor.";
    int least = config.getInt(pool + "core-pool-size-min");
    int most = config.getInt(pool + "core-pool-size-max");
    require(least >= 1, pool + "core-pool-size-min", "at least 1", least);
    require(most >= least, pool + "core-pool-size-max", "at least core-pool-size-min", most);
  }

  private static DealPolicy policy(Config config) {
    long factor = config.getLong("collateral-factor-max");
    long seal = config.getLong("seal-epochs");
    long ahead = config.getLong("start-ahead-epochs-max");
    require(factor >= 1, "collateral-factor-max", "at least 1", factor);
    require(seal >= 0, "seal-epochs", "not negative", seal);
    require(ahead >= 1, "start-ahead-epochs-max", "at least 1", ahead);
    return new DealPolicy(
        ask(config),
        new DealPolicy.Kinds(
            config.getBoolean("kinds.online"),
            config.getBoolean("kinds.offline"),
            config.getBoolean("kinds.verified"),
            config.getBoolean("kinds.unverified")),
        Set.of(Transfer.HTTP),
        addresses(config, "clients.allow"),
        addresses(config, "clients.deny"),
        factor,
        seal,
        ahead,
        DealPolicy.ChainBounds.DEFAULT);
  }

  private static StorageAsk ask(Config config) {
    Address miner = read(config.getString("miner"), "miner", Address::parse);
    require(miner.protocol() == 0, "miner", "an f0 address", miner);
    long least = config.getBytes("ask.piece-bytes-min");
    long most = config.getBytes("ask.piece-bytes-max");
    require(least >= 128, "ask.piece-bytes-min", "at least 128", least);
    require(most >= least, "ask.piece-bytes-max", "at least piece-bytes-min", most);
    return new StorageAsk(
        miner,
        amount(config, "ask.price"),
        0,
        new Epoch(0),
        new Epoch(0),
        most,
        least,
        amount(config, "ask.verified-price"));
  }

  private static TokenAmount amount(Config config, String key) {
    TokenAmount amount = read(config.getString(key), key, TokenAmount::parse);
    require(!amount.isNegative(), key, "not negative", amount);
    return amount;
  }

  private static Set<Address> addresses(Config config, String key) {
    List<String> texts = config.getStringList(key);
    return texts.stream()
        .map(text -> read(text, key, Address::parse))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static <T> T read(String text, String key, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + e.getMessage(), e);
    }
  }

  private static void require(boolean met, String key, String rule, Object value) {
    if (!met) {
      throw new IllegalArgumentException(PATH + "." + key + ": " + rule + ", not " + value);
    }
  }
}
