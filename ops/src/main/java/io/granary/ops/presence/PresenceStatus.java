package io.granary.ops.presence;

import io.granary.protocol.ActorId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of how a miner is found.
 *
 * @param looked when the chain was read; empty before it was
 * @param peer that the chain names
 * @param addresses that the chain names, as multiaddrs
 * @param nodes that are to be found, by name
 * @param problems a sentence each
 * @param asked messages that were asked for to put it right, as intent ids
 * @param unread why the last look came to nothing
 */
public record PresenceStatus(
    ActorId miner,
    Optional<Instant> looked,
    Optional<String> peer,
    List<String> addresses,
    List<Node> nodes,
    List<String> problems,
    List<String> asked,
    Optional<String> unread) {
  /** One of the nodes. */
  public record Node(String name, String peer, List<String> addresses) {
    public Node {
      addresses = List.copyOf(addresses);
    }
  }

  public PresenceStatus {
    addresses = List.copyOf(addresses);
    nodes = List.copyOf(nodes);
    problems = List.copyOf(problems);
    asked = List.copyOf(asked);
  }

  static PresenceStatus unknown(ActorId miner) {
    return new PresenceStatus(
        miner,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  PresenceStatus asking(List<String> intents) {
    return new PresenceStatus(miner, looked, peer, addresses, nodes, problems, intents, unread);
  }

  PresenceStatus notRead(String why) {
    return new PresenceStatus(
        miner, looked, peer, addresses, nodes, problems, asked, Optional.of(why));
  }
}
