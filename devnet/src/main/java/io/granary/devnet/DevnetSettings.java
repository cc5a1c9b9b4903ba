package io.granary.devnet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.devnet.chain.BlockProduction;
import io.granary.devnet.chain.GenesisSpec.PreSealed;
import io.granary.devnet.chain.GenesisSpec.Trusted;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a devnet is run; the keys of {@code granary.devnet} in reference.conf say what each means.
 *
 * @param blockTime time between blocks when {@code timer} is on
 * @param timer whether blocks come by themselves, or only step by step
 * @param preSealed sectors the genesis miner begins with
 * @param trusted sectors it has besides, for load only
 */
public record DevnetSettings(
    String host,
    int port,
    List<Integer> extraPorts,
    Path dataDirectory,
    boolean timer,
    Duration blockTime,
    String networkName,
    char networkPrefix,
    String seed,
    TokenAmount baseFee,
    boolean movingBaseFee,
    BlockProduction producer,
    boolean blockRewards,
    boolean verifyAllPosts,
    Duration verifierTimeout,
    TokenAmount defaultAccountBalance,
    TokenAmount minerBalance,
    SectorSize sectorSize,
    List<PreSealed> preSealed,
    Trusted trusted,
    ChainPolicy policy) {
  private static final Pattern SIZE = Pattern.compile("(\\d+) ?(KiB|MiB|GiB)");

  public DevnetSettings {
    preSealed = List.copyOf(preSealed);
    extraPorts = List.copyOf(extraPorts);
    require(
        extraPorts.stream().allMatch(extra -> extra >= 0 && extra <= 65_535),
        "extra-ports",
        "must be 0 to 65535");
    require(port >= 0 && port <= 65_535, "port", "must be 0 to 65535");
    require(blockTime.toMillis() >= 1, "block-time", "must be at least 1 ms");
    require(!networkName.isBlank(), "network-name", "must not be empty");
    require(networkPrefix == 't' || networkPrefix == 'f', "network-prefix", "must be t or f");
    require(!baseFee.isNegative() && !baseFee.isZero(), "base-fee-atto", "must be positive");
    require(verifierTimeout.toMillis() >= 1, "verifier-timeout", "must be at least 1 ms");
    require(
        !defaultAccountBalance.isNegative(), "genesis.default-account-fil", "must not be negative");
    require(!minerBalance.isNegative(), "genesis.miner-fil", "must not be negative");
  }

  /**
   * Reads {@code granary.devnet} of {@code root}.
   *
   * @throws ConfigException naming the key that is missing or wrong
   */
  public static DevnetSettings from(Config root) {
    Config config = root.getConfig("granary.devnet");
    String preSealed = config.getString("genesis.pre-sealed-file");
    return new DevnetSettings(
        config.getString("host"),
        config.getInt("port"),
        config.getIntList("extra-ports"),
        Path.of(config.getString("data-directory")),
        isTimer(config),
        config.getDuration("block-time"),
        config.getString("network-name"),
        prefix(config),
        config.getString("seed"),
        TokenAmount.ofAtto(config.getLong("base-fee-atto")),
        config.getBoolean("base-fee-moves"),
        producer(config),
        config.getBoolean("block-rewards"),
        config.getBoolean("verify-all-posts"),
        config.getDuration("verifier-timeout"),
        TokenAmount.ofFil(config.getLong("genesis.default-account-fil")),
        TokenAmount.ofFil(config.getLong("genesis.miner-fil")),
        size(config, "genesis.sector-size", config.getString("genesis.sector-size")),
        preSealed.isEmpty() ? List.of() : PreSealedFile.read(Path.of(preSealed)),
        trusted(config),
        policy(config));
  }

  private static boolean isTimer(Config config) {
    String production = config.getString("production");
    return switch (production) {
      case "timer" -> true;
      case "stepped" -> false;
      default -> throw bad(config, "production", "must be timer or stepped, got " + production);
    };
  }

  private static BlockProduction producer(Config config) {
    String text = config.getString("producer");
    for (BlockProduction production : BlockProduction.values()) {
      if (production.text().equals(text)) {
        return production;
      }
    }
    throw bad(config, "producer", "must be genesis or miners, got " + text);
  }

  private static Trusted trusted(Config config) {
    long count = config.getLong("genesis.trusted-sectors");
    if (count > 0 && !config.getBoolean("genesis.allow-trusted-sectors")) {
      throw bad(
          config,
          "genesis.trusted-sectors",
          "sectors without proofs need genesis.allow-trusted-sectors = true as well");
    }
    try {
      return new Trusted(count, config.getInt("genesis.trusted-partition-sectors"));
    } catch (IllegalArgumentException e) {
      throw bad(config, "genesis.trusted-sectors", String.valueOf(e.getMessage()));
    }
  }

  /**
   * What StateNetworkName answers: the name of a chain with trusted sectors says so, since nothing
   * proven there means anything.
   */
  public String visibleNetworkName() {
    return trusted.count() == 0 ? networkName : networkName + "-with-trusted-sectors";
  }

  private static char prefix(Config config) {
    String prefix = config.getString("network-prefix");
    if (prefix.length() != 1) {
      throw bad(config, "network-prefix", "must be t or f, got " + prefix);
    }
    return prefix.charAt(0);
  }

  private static ChainPolicy policy(Config config) {
    String profile = config.getString("profile");
    if (!config.hasPath("profiles." + profile)) {
      throw bad(config, "profile", "there is no profile " + profile);
    }
    Config chain = config.getConfig("chain").withFallback(config.getConfig("profiles." + profile));
    try {
      return new ChainPolicy(
          chain.getLong("block-delay-seconds"),
          chain.getInt("deadlines"),
          chain.getLong("challenge-window"),
          chain.getLong("challenge-lookback"),
          chain.getLong("fault-declaration-cutoff"),
          chain.getLong("pre-commit-challenge-delay"),
          chain.getLong("max-prove-commit-duration"),
          chain.getLong("expired-pre-commit-clean-up-delay"),
          chain.getLong("max-pre-commit-randomness-lookback"),
          chain.getLong("min-sector-lifetime"),
          chain.getLong("max-sector-expiration"),
          chain.getLong("max-sector-lifetime"),
          chain.getLong("fault-max-age"),
          chain.getLong("dispute-window"),
          chain.getLong("chain-finality"),
          chain.getLong("consensus-lookback"),
          chain.getLong("worker-change-delay"),
          chain.getLong("vesting-duration"),
          BigInteger.valueOf(chain.getLong("consensus-miner-min-power")),
          sizes(config, chain.getStringList("sector-sizes")));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(
          config.origin(), "granary.devnet.chain", String.valueOf(e.getMessage()), e);
    }
  }

  private static Set<SectorSize> sizes(Config config, List<String> texts) {
    Set<SectorSize> sizes = EnumSet.noneOf(SectorSize.class);
    texts.forEach(text -> sizes.add(size(config, "chain.sector-sizes", text)));
    return sizes;
  }

  private static SectorSize size(Config config, String key, String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw bad(config, key, "expected such as 2KiB, got " + text);
    }
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          default -> 30;
        };
    try {
      return SectorSize.ofBytes(Long.parseLong(matcher.group(1)) << shift);
    } catch (IllegalArgumentException e) {
      throw bad(config, key, String.valueOf(e.getMessage()));
    }
  }

  private static ConfigException bad(Config config, String key, String problem) {
    return new ConfigException.BadValue(config.origin(), "granary.devnet." + key, problem);
  }

  private static void require(boolean holds, String key, String problem) {
    if (!holds) {
      throw new ConfigException.BadValue("granary.devnet." + key, problem);
    }
  }

  /** These settings for another directory and port. */
  public DevnetSettings at(Path newDataDirectory, int newPort) {
    return new DevnetSettings(
        host,
        newPort,
        extraPorts,
        newDataDirectory,
        timer,
        blockTime,
        networkName,
        networkPrefix,
        seed,
        baseFee,
        movingBaseFee,
        producer,
        blockRewards,
        verifyAllPosts,
        verifierTimeout,
        defaultAccountBalance,
        minerBalance,
        sectorSize,
        preSealed,
        trusted,
        policy);
  }

  /** These settings with a genesis miner of {@code newSize} that has {@code newSectors}. */
  public DevnetSettings withPreSealed(SectorSize newSize, List<PreSealed> newSectors) {
    return new DevnetSettings(
        host,
        port,
        extraPorts,
        dataDirectory,
        timer,
        blockTime,
        networkName,
        networkPrefix,
        seed,
        baseFee,
        movingBaseFee,
        producer,
        blockRewards,
        verifyAllPosts,
        verifierTimeout,
        defaultAccountBalance,
        minerBalance,
        newSize,
        newSectors,
        trusted,
        policy);
  }
}
