package io.granary.protocol.miner;

import io.granary.protocol.address.Address;
import io.granary.protocol.sender.MessagePurpose;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The key addresses a miner's messages may go from: each may act for the miner on chain, and its
 * key lies in the node's wallet.
 *
 * @param byPurpose for each purpose that was decided, at least one address, the preferred one first
 */
public record SenderAddresses(Map<MessagePurpose, List<Address>> byPurpose) {
  /** Nothing decided: everything goes from the worker. */
  public static final SenderAddresses NONE = new SenderAddresses(Map.of());

  public SenderAddresses {
    Map<MessagePurpose, List<Address>> copy = new EnumMap<>(MessagePurpose.class);
    byPurpose.forEach(
        (purpose, addresses) -> {
          if (addresses.isEmpty()) {
            throw new IllegalArgumentException(purpose + ": expected at least one address");
          }
          copy.put(purpose, List.copyOf(addresses));
        });
    byPurpose = Collections.unmodifiableMap(copy);
  }

  /** The preferred address for {@code purpose}; empty when that was not decided. */
  public Optional<Address> first(MessagePurpose purpose) {
    return of(purpose).stream().findFirst();
  }

  /** All addresses for {@code purpose}, the preferred one first. */
  public List<Address> of(MessagePurpose purpose) {
    return byPurpose.getOrDefault(purpose, List.of());
  }

  /** Every address that any purpose may use. */
  public Set<Address> all() {
    Set<Address> all = new LinkedHashSet<>();
    byPurpose.values().forEach(all::addAll);
    return Collections.unmodifiableSet(all);
  }
}
