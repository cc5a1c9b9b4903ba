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

/** How long things have been as they are, of this node's life. Belongs to the one actor. */
final class Differences {
  private final PresenceSettings settings;
  private final Map<Multiaddr, Instant> had = new HashMap<>();
  private Optional<Verdict> last = Optional.empty();
  private Instant since = Instant.EPOCH;

  Differences(PresenceSettings settings) {
    this.settings = settings;
  }

  /** The verdict now; what has been wrong since when is kept. */
  Verdict judge(ChainRecord chain, List<PeerCard> cards, Instant now) {
    Set<Multiaddr> ours = new HashSet<>();
    cards.forEach(card -> ours.addAll(card.addresses()));
    had.keySet().retainAll(Set.copyOf(chain.addresses()));
    for (Multiaddr address : chain.addresses()) {
      if (ours.contains(address)) {
        had.put(address, now);
      } else {
        had.putIfAbsent(address, now);
      }
    }
    Verdict verdict =
        Verdict.of(
            chain,
            cards,
            address -> isOver(had.getOrDefault(address, now), settings.forgetAfter(), now));
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
