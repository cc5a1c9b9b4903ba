package io.granary.sharding.sender;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.sender.MessagePurpose;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/**
 * What an operator reads of a sender. Alarms, the lines of level ERROR, ask somebody to act; each
 * is told once a day and cause. Belongs to the one actor.
 */
final class SenderOperatorLog {
  private final Logger log;
  private final Address address;
  private final Set<String> told = new HashSet<>();
  private long day = Long.MIN_VALUE;

  SenderOperatorLog(Logger log, Address address) {
    this.log = log;
    this.address = address;
  }

  private boolean isNew(long today, String cause) {
    if (today != day) {
      day = today;
      told.clear();
    }
    return told.add(cause);
  }

  /** The day's budget of {@code purpose} is used up. */
  void budgetUsedUp(long today, MessagePurpose purpose, TokenAmount risked, TokenAmount max) {
    if (isNew(today, "budget " + purpose)) {
      log.error(
          "sender {}: messages of {} signed today may cost {} attoFIL, the budget is {}: {}",
          address,
          purpose,
          risked,
          max,
          purpose == MessagePurpose.WINDOW_POST
              ? "they are sent all the same"
              : "no more are sent today");
    }
  }

  /** A proof cannot be paid for. */
  void postUnpaid(long today, String intentId, TokenAmount needed, TokenAmount free) {
    if (isNew(today, "balance")) {
      log.error(
          "sender {}: window PoSt {} needs {} attoFIL, the address has {} free: top it up",
          address,
          intentId,
          needed,
          free);
    }
  }

  /** A nonce that blocks ours cannot be filled. */
  void gapStays(long today, long nonce, String why) {
    if (isNew(today, "gap " + nonce)) {
      log.error("sender {}: nonce {} is missing and cannot be filled: {}", address, nonce, why);
    }
  }

  /** A foreign message stands before ours. */
  void foreignInFront(long today, long nonce) {
    if (isNew(today, "foreign " + nonce)) {
      log.warn(
          "sender {}: a message of nonce {} that is not ours lies in the pool before ours",
          address,
          nonce);
    }
  }

  void gapFilled(long nonce) {
    log.warn("sender {}: nonce {} is used by nobody and blocks ours: it is filled", address, nonce);
  }

  void nonceTaken(long nonce, String intentId) {
    log.warn("sender {}: nonce {} of {} was taken", address, nonce, intentId);
  }

  void nonceClaimed(long nonce, String intentId, long instead) {
    log.warn(
        "sender {}: nonce {} is not for {}, another owner of this address claimed {}",
        address,
        nonce,
        intentId,
        instead);
  }

  void couldNot(String doing, String intentId, Throwable cause) {
    log.warn("sender {}: could not {} for {}: {}", address, doing, intentId, cause.toString());
  }

  /** The next head tries again. */
  void unread(String what, Throwable cause) {
    log.info("sender {}: could not read {} yet: {}", address, what, cause.toString());
  }

  void pushRefused(String intentId, Throwable refusal) {
    log.debug("sender {}: push of {}: {}", address, intentId, refusal.toString());
  }
}
