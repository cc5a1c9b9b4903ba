package io.granary.ops.presence;

import io.granary.bridge.libp2p.peer.Multiaddr;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long things have been as they are: a verdict in this node's life, the absence of an address
 * in earlier ones too, as far as they looked. Belongs to the one actor.
 */
final class Differences {
  private final PresenceSettings settings;

  /** Addresses on chain that no node has; since when, not counting when nobody looked. */
  private final Map<Multiaddr, Instant> absentSince = new HashMap<>();

  private Optional<Verdict> last = Optional.empty();
  private Instant since = Instant.EPOCH;

  /**
   * @param absent for how long addresses had been absent when this node looked last, before it
   *     started
   */
  Differences(PresenceSettings settings, Map<Multiaddr, Duration> absent, Instant now) {
    this.settings = settings;
    absent.forEach((address, time) -> absentSince.put(address, now.minus(time)));
  }

  /** For how long addresses have been absent now. */
  Map<Multiaddr, Duration> absent(Instant now) {
    Map<Multiaddr, Duration> absent = new HashMap<>();
    absentSince.forEach((address, from) -> absent.put(address, notNegative(from, now)));
    return Map.copyOf(absent);
  }

  /** A clock may be set back. */
  private static Duration notNegative(Instant from, Instant now) {
    return from.isAfter(now) ? Duration.ZERO : Duration.between(from, now);
  }

  /** The verdict now; what has been wrong since when is kept. */
  Verdict judge(ChainRecord chain, List<PeerCard> cards, Instant now) {
    Set<Multiaddr> ours = new HashSet<>();
    cards.forEach(card -> ours.addAll(card.addresses()));
    absentSince.keySet().retainAll(Set.copyOf(chain.addresses()));
    absentSince.keySet().removeAll(ours);
    for (Multiaddr address : chain.addresses()) {
      if (!ours.contains(address)) {
        absentSince.putIfAbsent(address, now);
      }
    }
    Verdict verdict =
        Verdict.of(
            chain,
            cards,
            address -> isOver(absentSince.getOrDefault(address, now), settings.forgetAfter(), now));
    if (!last.filter(before -> sameChange(before, verdict)).isPresent()) {
      since = now;
    }
    last = Optional.of(verdict);
    return verdict;
  }

  /** Whether what {@link #judge} said last has to be put right now. */
  boolean isDue(ChainRecord chain, Instant now) {
    return chain.isUseless() || isOver(since, settings.patience(), now);
  }

  private static boolean sameChange(Verdict one, Verdict other) {
    return one.peer().equals(other.peer()) && one.addresses().equals(other.addresses());
  }

  private static boolean isOver(Instant since, Duration limit, Instant now) {
    return Duration.between(since, now).compareTo(limit) >= 0;
  }
}
