package io.granary.sharding.deal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.DealPolicy;
import io.granary.protocol.deal.StorageAsk;
import io.granary.protocol.deal.Transfer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What proposals are taken, as {@code granary.deals} says; reference.conf says what each key means.
 * An operator may set some of the keys otherwise while nodes run: {@link #with}.
 *
 * @param policy what is taken; its ask is the one that is signed, but for sequence and epochs
 * @param limits how much is taken at once
 * @param underWayMaxOf for clients that have a limit of their own, how many deals they may have
 *     under way, by any of their addresses
 * @param configured all of {@code granary.deals} that this was read from
 */
public record AcceptanceSettings(
    DealPolicy policy, DealLimits limits, Map<Address, Integer> underWayMaxOf, Config configured) {
  /** Some thousand addresses. */
  private static final int DOCUMENT_LENGTH_MAX = 200_000;

  /** What may be set while nodes run; the rest sizes what is made at start. */
  private static final Set<String> CHANGEABLE =
      new LinkedHashSet<>(
          List.of(
              "ask.price",
              "ask.verified-price",
              "ask.piece-bytes-min",
              "ask.piece-bytes-max",
              "kinds.online",
              "kinds.offline",
              "kinds.verified",
              "kinds.unverified",
              "clients.allow",
              "clients.deny",
              "clients.under-way-max",
              "collateral-factor-max",
              "seal-epochs",
              "start-ahead-epochs-max",
              "duration-epochs-min",
              "duration-epochs-max",
              "limits.under-way-max",
              "limits.under-way-per-client-max",
              "limits.staging-bytes-max"));

  public AcceptanceSettings {
    underWayMaxOf = Map.copyOf(underWayMaxOf);
  }

  /**
   * Reads {@code deals}, which is all of {@code granary.deals}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  static AcceptanceSettings from(Config deals) {
    return new AcceptanceSettings(
        policy(deals),
        new DealLimits(
            deals.getInt("limits.under-way-max"),
            deals.getInt("limits.under-way-per-client-max"),
            deals.getBytes("limits.staging-bytes-max"),
            deals.getInt("limits.proposals-max")),
        clientLimits(deals),
        deals);
  }

  /**
   * These settings, but for what {@code set} says instead.
   *
   * @param set values by their keys under {@code granary.deals}: texts, numbers, booleans, lists
   * @throws IllegalArgumentException naming the key that is none, cannot be set while nodes run, or
   *     whose value is refused
   */
  AcceptanceSettings with(Map<String, ?> set) {
    for (String key : set.keySet()) {
      if (!CHANGEABLE.contains(key)) {
        throw DealsSettings.refused(key, "is no rule; rules are " + String.join(", ", CHANGEABLE));
      }
    }
    try {
      return from(ConfigFactory.parseMap(set, "what was set").withFallback(configured));
    } catch (ConfigException e) {
      throw new IllegalArgumentException("granary.deals: " + e.getMessage(), e);
    }
  }

  /**
   * What was set, as it is stored: a JSON object.
   *
   * @throws IllegalArgumentException when it is longer than a row may be
   */
  static String document(Map<String, ?> set) {
    String document =
        ConfigValueFactory.fromMap(new TreeMap<>(set)).render(ConfigRenderOptions.concise());
    if (document.length() > DOCUMENT_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "granary.deals: at most " + DOCUMENT_LENGTH_MAX + " characters may be set as JSON");
    }
    return document;
  }

  /** What {@link #document} stored. */
  static Map<String, Object> parse(String document) {
    return ConfigFactory.parseString(
            document, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON))
        .root()
        .unwrapped();
  }

  /** Every rule with its value: texts as they are, lists as JSON. */
  public NavigableMap<String, String> rules() {
    NavigableMap<String, String> rules = new TreeMap<>();
    for (String key : CHANGEABLE) {
      ConfigValue value = configured.getValue(key);
      rules.put(
          key,
          value.unwrapped() instanceof String text
              ? text
              : value.render(ConfigRenderOptions.concise()));
    }
    return rules;
  }

  /**
   * How many deals a client may have under way: the least of what is set for any of its names, or
   * what holds for all.
   */
  int underWayMax(Set<Address> names) {
    return names.stream()
        .filter(underWayMaxOf::containsKey)
        .map(underWayMaxOf::get)
        .min(Comparator.naturalOrder())
        .orElse(limits.underWayPerClientMax());
  }

  private static DealPolicy policy(Config config) {
    long factor = config.getLong("collateral-factor-max");
    long seal = config.getLong("seal-epochs");
    long ahead = config.getLong("start-ahead-epochs-max");
    DealsSettings.require(factor >= 1, "collateral-factor-max", "at least 1", factor);
    DealsSettings.require(seal >= 0, "seal-epochs", "not negative", seal);
    DealsSettings.require(ahead >= 1, "start-ahead-epochs-max", "at least 1", ahead);
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
        durations(config));
  }

  /** Within what the market takes. */
  private static DealPolicy.ChainBounds durations(Config config) {
    DealPolicy.ChainBounds market = DealPolicy.ChainBounds.DEFAULT;
    long least = config.getLong("duration-epochs-min");
    long most = config.getLong("duration-epochs-max");
    DealsSettings.require(
        least >= market.durationMin(),
        "duration-epochs-min",
        "at least " + market.durationMin() + ", the market's bound",
        least);
    DealsSettings.require(
        most >= least && most <= market.durationMax(),
        "duration-epochs-max",
        "from duration-epochs-min to " + market.durationMax() + ", the market's bound",
        most);
    return new DealPolicy.ChainBounds(least, most);
  }

  private static StorageAsk ask(Config config) {
    Address miner = read(config.getString("miner"), "miner", Address::parse);
    DealsSettings.require(miner.protocol() == 0, "miner", "an f0 address", miner);
    long least = config.getBytes("ask.piece-bytes-min");
    long most = config.getBytes("ask.piece-bytes-max");
    DealsSettings.require(least >= 128, "ask.piece-bytes-min", "at least 128", least);
    DealsSettings.require(most >= least, "ask.piece-bytes-max", "at least piece-bytes-min", most);
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
    DealsSettings.require(!amount.isNegative(), key, "not negative", amount);
    return amount;
  }

  private static Set<Address> addresses(Config config, String key) {
    return config.getStringList(key).stream()
        .map(text -> read(text, key, Address::parse))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Texts such as {@code f01234=5}. */
  private static Map<Address, Integer> clientLimits(Config config) {
    String key = "clients.under-way-max";
    Map<Address, Integer> limits = new HashMap<>();
    for (String text : config.getStringList(key)) {
      int equals = text.indexOf('=');
      String count = text.substring(equals + 1);
      DealsSettings.require(
          equals > 0 && count.matches("[0-9]{1,6}"), key, "an address, = and a count", text);
      limits.put(read(text.substring(0, equals), key, Address::parse), Integer.parseInt(count, 10));
    }
    return limits;
  }

  private static <T> T read(String text, String key, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw DealsSettings.refused(key, e);
    }
  }
}
