package io.granary.bridge;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines of this module that an operator reads. */
public final class BridgeOperatorLog {
  private static final Logger LOG = LoggerFactory.getLogger("granary.network-bridge");

  private BridgeOperatorLog() {}

  /** The head is being followed at {@code node}. */
  public static void following(Object node, long height) {
    LOG.info("following the head of chain node {}, now at height {}", node, height);
  }

  /** The subscription ended; it is made again after {@code pause}. */
  public static void followingLost(Object node, String reason, Duration pause) {
    LOG.warn(
        "no longer following the head of chain node {}: {}; again in {} ms",
        node,
        reason,
        pause.toMillis());
  }

  /** No chain node answers; it is tried on, and said again only after one has. */
  public static void nobodyAnswers(Object nodes) {
    LOG.error("no chain node answers, of {}; they are asked again each epoch", nodes);
  }

  /** At least one node answers again. */
  public static void somebodyAnswers(Object nodes) {
    LOG.info("a chain node answers again, of {}", nodes);
  }

  /** Even the best head is old: the nodes are not in sync, or the network stands. */
  public static void headLate(long height, long ageSeconds) {
    LOG.error(
        "the best head of all chain nodes, at height {}, is {} s old: they lag behind the network",
        height,
        ageSeconds);
  }

  /** The best head is of today again. */
  public static void headInTime(long height) {
    LOG.info("the best head, at height {}, is in time again", height);
  }

  /** The head was moved without the stream, which had not brought it in time. */
  public static void advancedByPolls(Object node, long height) {
    LOG.info("head at height {} taken from a poll of chain node {}", height, node);
  }

  /** The way to a polled head could not be found now; it is tried again at the next round. */
  public static void catchUpFailed(Object node, Throwable error) {
    LOG.warn("the way to the head of chain node {} was not found: {}", node, error.getMessage());
  }

  /** A head is not followed, since other nodes have a heavier one. */
  public static void headHeld(Object node, long height) {
    LOG.info("head at height {} of chain node {} is lighter than ours: not followed", height, node);
  }

  /** A node did not take a message that was pushed to all. */
  public static void pushRefused(Object node, String reason) {
    LOG.info("chain node {} did not take a message: {}", node, reason);
  }

  /** Heads were missed and have been handed on now. */
  public static void caughtUp(int reverted, int applied, long height) {
    LOG.info(
        "caught up with the chain: {} tipsets reverted, {} applied, now at height {}",
        reverted,
        applied,
        height);
  }

  /** A task of the follower failed by our mistake; it goes on with the next. */
  public static void followerFailed(Throwable error) {
    LOG.error("following the chain's head met an error of ours", error);
  }

  /** A listener failed on a change; it gets the next ones all the same. */
  public static void listenerFailed(long height, RuntimeException error) {
    LOG.error("a listener failed on the head change to height {}", height, error);
  }

  /** A client's request could not be decided: chain or store did not answer. */
  public static void deskFailed(String protocol, Object peer, @Nullable Throwable error) {
    LOG.warn(
        "a request of {} by {} could not be decided, it was told to try again: {}",
        peer,
        protocol,
        String.valueOf(error));
  }

  /** A client's request was not decided in time. */
  public static void deskLate(String protocol, Object peer, Duration limit) {
    LOG.warn(
        "a request of {} by {} was not decided within {} s, it was told to try again",
        peer,
        protocol,
        limit.toSeconds());
  }

  /** A decision found its connection's thread ended: the node stops. */
  public static void answerLost(RuntimeException error) {
    LOG.info("a client's answer was not sent, libp2p has stopped: {}", error.getMessage());
  }

  /** What a node reads of a piece is not the piece. */
  public static void plainCopyDiffers(Object piece) {
    LOG.error(
        "piece {} gets no plain copy: what is read of it has another commitment; its unsealed file"
            + " is damaged",
        piece);
  }

  /** A changed denylist is not taken; the one before holds. */
  public static void denylistKept(Object file, String reason) {
    LOG.error("the denylist {} cannot be read, the one before holds: {}", file, reason);
  }
}
