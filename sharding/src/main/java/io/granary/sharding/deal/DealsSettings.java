package io.granary.sharding.deal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.granary.protocol.address.Address;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of {@code granary.deals}; reference.conf says what each means.
 *
 * @param acceptance what is taken, until an operator sets it otherwise: {@link RulesInForce}
 * @param askValidEpochs how long a signed ask holds
 * @param askKept how long a signed ask is given out before it is made anew
 * @param rulesKept for how long a node goes by the rules it read, before it looks again
 * @param restLookEpochs how often an active deal is looked at
 * @param answerTimeout for the answer of an entity
 */
public record DealsSettings(
    AcceptanceSettings acceptance,
    DealWorkSettings work,
    long askValidEpochs,
    Duration askKept,
    Duration rulesKept,
    long restLookEpochs,
    Duration answerTimeout) {
  private static final String PATH = "granary.deals";

  /** Stands for the miner while there is none. */
  private static final String NOBODY = "f00";

  public DealsSettings {
    require(askValidEpochs >= 1, "ask.valid-epochs", "at least 1", askValidEpochs);
    require(restLookEpochs >= 1, "rest-look-epochs", "at least 1", restLookEpochs);
    require(!askKept.isNegative(), "ask.kept", "not negative", askKept);
    require(!rulesKept.isNegative(), "rules-kept", "not negative", rulesKept);
    require(answerTimeout.toMillis() >= 1, "answer-timeout", "at least 1ms", answerTimeout);
  }

  /** The miner whose deals these are, in its f0 form. */
  public Address provider() {
    return acceptance.policy().ask().miner();
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
        AcceptanceSettings.from(config),
        new DealWorkSettings(
            config.getDuration("transfer.retry-delay-min"),
            config.getDuration("transfer.retry-delay-max"),
            config.getLong("finality-epochs"),
            config.getDuration("unknown-kept"),
            config.getInt("damaged-max"),
            config.getInt("refused-retries-max")),
        config.getLong("ask.valid-epochs"),
        config.getDuration("ask.kept"),
        config.getDuration("rules-kept"),
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

  static IllegalArgumentException refused(String key, String complaint) {
    return new IllegalArgumentException(PATH + "." + key + ": " + complaint);
  }

  static IllegalArgumentException refused(String key, IllegalArgumentException complaint) {
    return new IllegalArgumentException(
        PATH + "." + key + ": " + complaint.getMessage(), complaint);
  }

  static void require(boolean met, String key, String rule, Object value) {
    if (!met) {
      throw refused(key, rule + ", not " + value);
    }
  }
}
