package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a sender has under way and may forget when it dies: every entry is made again from the
 * journal and the chain. Belongs to the one actor.
 */
final class SenderWork {
  /** Intents whose gas is being estimated. */
  final Set<String> pricing = new HashSet<>();

  /** Intents whose gas was asked for since the last head: each gets one try a head. */
  final Set<String> triedSinceHead = new HashSet<>();

  /** Intents that have gas and wait for a nonce. */
  final Map<String, Message> priced = new HashMap<>();

  /** Intents the chain is being searched for. */
  final Set<String> searching = new HashSet<>();

  /** Intents whose next variant is being signed. */
  final Set<String> replacing = new HashSet<>();

  /** When each signed message was last pushed. */
  final Map<String, Epoch> pushedAt = new HashMap<>();

  /** Since when another message with its nonce is on chain. */
  final Map<String, Epoch> overtakenSince = new HashMap<>();

  /** Why an intent is not priced, as last heard. */
  final Map<String, String> pricingProblem = new HashMap<>();

  /** The one intent between taking a nonce and being signed. */
  Optional<String> signing = Optional.empty();

  /** Forgets everything: a life begins. */
  void clear() {
    pricing.clear();
    triedSinceHead.clear();
    priced.clear();
    searching.clear();
    replacing.clear();
    pushedAt.clear();
    overtakenSince.clear();
    pricingProblem.clear();
    signing = Optional.empty();
  }

  void forget(String intentId) {
    pricing.remove(intentId);
    triedSinceHead.remove(intentId);
    priced.remove(intentId);
    searching.remove(intentId);
    replacing.remove(intentId);
    pushedAt.remove(intentId);
    overtakenSince.remove(intentId);
    pricingProblem.remove(intentId);
  }
}
