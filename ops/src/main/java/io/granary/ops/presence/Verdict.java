package io.granary.ops.presence;

import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the chain says of a miner against what its nodes are.
 *
 * <p>The rules: one of the nodes' ids must stand on chain. A node with another id than the chain's
 * is never found; it has lost its key, or was not given the others'. When no node has the chain's
 * id it is replaced by theirs, if they agree on one. The addresses on chain are those of the nodes
 * with the right id; one that no node has any more stays for a while, since its node may be back
 * soon. Together they may have {@value #ADDRESS_BYTES_MAX} bytes (chain.md 3.1, method 18).
 *
 * @param problems what to tell an operator, a sentence each; none when all is right
 * @param peer that should stand on chain instead of what does
 * @param addresses that should stand there instead of what does
 */
record Verdict(List<String> problems, Optional<PeerId> peer, Optional<List<Multiaddr>> addresses) {
  /** Of all addresses of a miner (builtin-actors miner/policy, MAX_MULTIADDR_DATA). */
  static final int ADDRESS_BYTES_MAX = 1024;

  Verdict {
    problems = List.copyOf(problems);
    addresses = addresses.map(List::copyOf);
  }

  /**
   * @param cards of the nodes that are there, in their order; at least one
   * @param forgotten which addresses no node has had for long enough
   */
  static Verdict of(ChainRecord chain, List<PeerCard> cards, Predicate<Multiaddr> forgotten) {
    List<String> problems = new ArrayList<>();
    Optional<PeerId> right = rightPeer(chain, cards);
    Optional<PeerId> change = right.filter(id -> !chain.names(id));
    tellPeers(chain, cards, right, problems);
    Optional<List<Multiaddr>> wanted =
        right.flatMap(id -> addresses(chain, cards, id, forgotten, problems));
    return new Verdict(problems, change, wanted);
  }

  private static Optional<PeerId> rightPeer(ChainRecord chain, List<PeerCard> cards) {
    List<PeerId> ids = cards.stream().map(PeerCard::id).distinct().toList();
    Optional<PeerId> named = ids.stream().filter(chain::names).findFirst();
    return named.or(() -> ids.size() == 1 ? Optional.of(ids.get(0)) : Optional.empty());
  }

  private static void tellPeers(
      ChainRecord chain, List<PeerCard> cards, Optional<PeerId> right, List<String> problems) {
    String there = chain.peer().map(id -> "the peer " + id).orElse("no peer");
    if (right.isEmpty()) {
      problems.add(
          "the chain names "
              + there
              + ", which is none of the nodes, and they do not agree on another: give them all one"
              + " libp2p.key");
    }
    for (PeerCard card : cards) {
      if (!chain.names(card.id())) {
        problems.add(
            "node "
                + card.node()
                + " is the peer "
                + card.id()
                + ", the chain names "
                + there
                + ": clients do not find this node");
      }
    }
  }

  private static Optional<List<Multiaddr>> addresses(
      ChainRecord chain,
      List<PeerCard> cards,
      PeerId id,
      Predicate<Multiaddr> forgotten,
      List<String> problems) {
    Set<Multiaddr> ours = new LinkedHashSet<>();
    cards.stream().filter(card -> card.id().equals(id)).forEach(c -> ours.addAll(c.addresses()));
    if (!chain.unreadable().isEmpty()) {
      problems.add(
          "the chain names "
              + chain.unreadable().size()
              + " addresses that are no multiaddrs: many clients dial none then");
    }
    if (ours.isEmpty()) {
      problems.add(
          "no node knows an address that others can dial: set"
              + " granary.network-bridge.libp2p.announce");
      return Optional.empty();
    }
    Set<Multiaddr> wanted = new LinkedHashSet<>(chain.addresses());
    wanted.removeIf(address -> !ours.contains(address) && forgotten.test(address));
    List<Multiaddr> missing = ours.stream().filter(address -> !wanted.contains(address)).toList();
    missing.forEach(address -> problems.add("the chain does not name the address " + address));
    wanted.addAll(missing);
    fit(wanted, ours, problems);
    boolean same = chain.unreadable().isEmpty() && List.copyOf(wanted).equals(chain.addresses());
    return same ? Optional.empty() : Optional.of(List.copyOf(wanted));
  }

  /** First those go that no node has, then the last. */
  private static void fit(Set<Multiaddr> wanted, Set<Multiaddr> ours, List<String> problems) {
    if (bytes(wanted) > ADDRESS_BYTES_MAX) {
      wanted.retainAll(ours);
    }
    List<Multiaddr> order = new ArrayList<>(wanted);
    while (bytes(wanted) > ADDRESS_BYTES_MAX) {
      Multiaddr last = order.remove(order.size() - 1);
      wanted.remove(last);
      problems.add("the address " + last + " does not fit on chain beside the others");
    }
  }

  private static int bytes(Set<Multiaddr> addresses) {
    return addresses.stream().mapToInt(address -> address.bytes().length).sum();
  }
}
