package io.granary.bridge;

import java.time.Duration;
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
}
