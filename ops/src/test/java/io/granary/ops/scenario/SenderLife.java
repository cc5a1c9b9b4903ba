package io.granary.ops.scenario;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One life of a process that holds a sender, and the step it ends at. Once it has ended nothing
 * passes any more: no call to the chain node or the store begins, no answer arrives, nothing is
 * written, nobody is told. Safe for any thread.
 */
final class SenderLife {
  /** Between which two steps a life ends. */
  enum End {
    /** The intent is in the journal, nobody was asked for anything. */
    INTENT_RECORDED,
    /** The nonce is in the journal, and not claimed in the store. */
    NONCE_RESERVED,
    /** The nonce is claimed in the store, the answer is lost. */
    NONCE_CLAIMED,
    /** The wallet has signed, the answer is lost. */
    SIGNED,
    /** The signed message is in the journal, and in no pool. */
    SIGNING_RECORDED,
    /** The pool has the message, the answer is lost. */
    PUSHED,
    /** The chain has the message, the event that says so is not written. */
    LANDING_SEEN,
    /** The landing is in the journal, the asker has not heard of it. */
    LANDING_RECORDED,
    /** A replacement is due, its price is not asked yet. */
    REPLACEMENT_DUE,
    /** The wallet has signed the replacement, the answer is lost. */
    REPLACEMENT_SIGNED,
    /** The replacement is in the journal, the pool has the old message. */
    REPLACEMENT_RECORDED,
    /** The pool has the replacement, the answer is lost. */
    REPLACEMENT_PUSHED
  }

  /**
   * A death.
   *
   * @param occurrence which passing of {@code at} is the last, from 1
   */
  record Death(End at, int occurrence) {}

  private final Optional<Death> death;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private int passings;

  SenderLife(Optional<Death> death) {
    this.death = death;
  }

  /** Whether a death is still to come. */
  boolean isDoomed() {
    return death.isPresent();
  }

  /** Completes when the life ends. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  boolean passes() {
    return !ended.isDone();
  }

  /** Whether life goes on behind {@code step}. */
  synchronized boolean passes(End step) {
    if (ended.isDone()) {
      return false;
    }
    if (death.isPresent() && death.get().at() == step) {
      passings++;
      if (passings == death.get().occurrence()) {
        ended.complete(null);
        return false;
      }
    }
    return true;
  }
}
