package io.granary.sharding.address;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.sender.MessagePurpose;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of {@code granary.sharding.addresses}.
 *
 * @param ownerFallback whether the owner pays when nobody before it holds enough
 * @param enough what an address must hold beyond a message's value to be preferred, in attoFIL
 * @param named the addresses that an operator named, by miner and purpose
 */
public record AddressSettings(
    boolean ownerFallback,
    TokenAmount enough,
    Map<ActorId, Map<MessagePurpose, List<Address>>> named) {
  private static final String PATH = "granary.sharding.addresses";

  /** The purposes that each key of a miner's entry is for. */
  private static final Map<String, List<MessagePurpose>> KEYS =
      Map.of(
          "post", List.of(MessagePurpose.WINDOW_POST),
          "recovery",
              List.of(MessagePurpose.RECOVERY, MessagePurpose.FAULT, MessagePurpose.REPAY_DEBT),
          "pre-commit", List.of(MessagePurpose.PRE_COMMIT),
          "commit", List.of(MessagePurpose.COMMIT),
          "publish", List.of(MessagePurpose.PUBLISH));

  public AddressSettings {
    if (enough.isNegative()) {
      throw new IllegalArgumentException(PATH + ".enough: must not be negative");
    }
    Map<ActorId, Map<MessagePurpose, List<Address>>> copy = new HashMap<>();
    named.forEach((miner, byPurpose) -> copy.put(miner, Map.copyOf(byPurpose)));
    named = Map.copyOf(copy);
  }

  /**
   * Reads {@code granary.sharding.addresses} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key that holds no address or amount
   */
  public static AddressSettings from(Config root) {
    Config config = root.getConfig(PATH);
    Map<ActorId, Map<MessagePurpose, List<Address>>> named = new HashMap<>();
    for (Config entry : config.getConfigList("miners")) {
      ActorId miner = address("miner", entry.getString("miner")).requireId();
      if (named.put(miner, purposes(entry)) != null) {
        throw new IllegalArgumentException(PATH + ".miners: " + miner + " stands there twice");
      }
    }
    return new AddressSettings(
        config.getBoolean("owner-fallback"), amount(config.getString("enough")), named);
  }

  private static Map<MessagePurpose, List<Address>> purposes(Config entry) {
    Set<String> unknown = new TreeSet<>(entry.root().keySet());
    unknown.removeAll(KEYS.keySet());
    unknown.remove("miner");
    if (!unknown.isEmpty()) {
      throw new ConfigException.BadValue(
          entry.origin(), PATH + ".miners", "unknown keys " + unknown);
    }
    Map<MessagePurpose, List<Address>> byPurpose = new EnumMap<>(MessagePurpose.class);
    KEYS.forEach(
        (key, purposes) -> {
          if (entry.hasPath(key)) {
            List<Address> addresses = new ArrayList<>();
            entry.getStringList(key).forEach(text -> addresses.add(address(key, text)));
            purposes.forEach(purpose -> byPurpose.put(purpose, List.copyOf(addresses)));
          }
        });
    return byPurpose;
  }

  private static Address address(String key, String text) {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          PATH + ".miners." + key + ": expected an address, got " + text, e);
    }
  }

  private static TokenAmount amount(String text) {
    try {
      return TokenAmount.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(PATH + ".enough: expected attoFIL, got " + text, e);
    }
  }

  /** What was named for {@code miner}, by purpose. */
  Map<MessagePurpose, List<Address>> namedFor(ActorId miner) {
    return named.getOrDefault(miner, Map.of());
  }
}
