package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.MessagePurpose;
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
  /** What the node said a message costs, and when. */
  record Quote(Message message, Epoch at, TokenAmount baseFee) {}

  /** Why an intent waits. */
  record Wait(WaitReason reason, String detail) {}

  /** A nonce that is missing before ours, and since when. */
  record Gap(long nonce, Epoch since) {}

  /** Intents whose gas is being estimated. */
  final Map<String, MessagePurpose> pricing = new HashMap<>();

  /** Intents whose gas was asked for since the last head: each gets one try a head. */
  final Set<String> triedSinceHead = new HashSet<>();

  /** Intents that have gas and wait for a nonce. */
  final Map<String, Quote> quotes = new HashMap<>();

  /** Intents the chain is being searched for. */
  final Set<String> searching = new HashSet<>();

  /** Intents whose next variant is being priced or signed. */
  final Set<String> replacing = new HashSet<>();

  /** When each signed message was last pushed. */
  final Map<String, Epoch> pushedAt = new HashMap<>();

  /** Since when another message with its nonce is on chain. */
  final Map<String, Epoch> overtakenSince = new HashMap<>();

  /** Why an intent waits, as last seen. */
  final Map<String, Wait> waits = new HashMap<>();

  /** Intents whose lost nonce is being let go in the store: they take no other before. */
  final Set<String> losing = new HashSet<>();

  /** Missing nonces that another owner claimed: they are not filled. */
  final Set<Long> gapsClaimed = new HashSet<>();

  /** The one intent between taking a nonce and being signed. */
  Optional<String> signing = Optional.empty();

  /** What it is to be signed as, before it has its nonce. */
  Optional<Message> offer = Optional.empty();

  /** What the chain last said. */
  Optional<Market> market = Optional.empty();

  Optional<Gap> gap = Optional.empty();

  /** Whether the pool is being asked who has the missing nonce. */
  boolean askingPool;

  /** When a miner last said that its window PoSt goes from here. */
  Optional<Epoch> provenFromAt = Optional.empty();

  /** Forgets everything: a life begins. */
  void clear() {
    pricing.clear();
    triedSinceHead.clear();
    quotes.clear();
    searching.clear();
    replacing.clear();
    pushedAt.clear();
    overtakenSince.clear();
    waits.clear();
    losing.clear();
    gapsClaimed.clear();
    signing = Optional.empty();
    offer = Optional.empty();
    market = Optional.empty();
    gap = Optional.empty();
    askingPool = false;
    provenFromAt = Optional.empty();
  }

  void forget(String intentId) {
    pricing.remove(intentId);
    triedSinceHead.remove(intentId);
    quotes.remove(intentId);
    searching.remove(intentId);
    replacing.remove(intentId);
    pushedAt.remove(intentId);
    overtakenSince.remove(intentId);
    waits.remove(intentId);
  }

  void waits(String intentId, WaitReason reason, String detail) {
    waits.put(intentId, new Wait(reason, detail));
  }

  /** The nonce line is free for the next intent. */
  void doneSigning() {
    signing = Optional.empty();
    offer = Optional.empty();
  }
}
