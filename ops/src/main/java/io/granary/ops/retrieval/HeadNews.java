package io.granary.ops.retrieval;

import io.granary.bridge.ipni.Announcer;
import io.granary.protocol.cid.Cid;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells indexers of the newest advertisement, and those that did not hear it again, with a pause
 * that doubles, as often as {@link #TRIES_MAX}: by then they have long looked by themselves. A
 * newer advertisement begins anew. Used by one thread.
 */
final class HeadNews {
  /** For one head. */
  static final int TRIES_MAX = 10;

  /** Between the first two tries; the last comes after some eight hours. */
  static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(HeadNews.class);

  private final Announcer announcer;
  private final InstantSource clock;
  private Optional<Cid> head = Optional.empty();
  private List<URI> untold = List.of();
  private int tries;
  private Instant next = Instant.MIN;

  HeadNews(Announcer announcer, InstantSource clock) {
    this.announcer = announcer;
    this.clock = clock;
  }

  /**
   * Called again and again with the head of the moment; blocks for as long as an answer may take.
   */
  void tell(Cid newest) {
    Instant now = clock.instant();
    if (!head.equals(Optional.of(newest))) {
      head = Optional.of(newest);
      untold = announcer.indexers();
      tries = 0;
      next = now;
    }
    if (untold.isEmpty() || now.isBefore(next)) {
      return;
    }
    untold =
        announcer.announce(newest, untold).toCompletableFuture().join().stream()
            .filter(outcome -> !heard(outcome, newest))
            .map(Announcer.Outcome::indexer)
            .toList();
    next = now.plus(FIRST_PAUSE.multipliedBy(1L << tries));
    tries++;
    if (tries == TRIES_MAX && !untold.isEmpty()) {
      LOG.warn("{} are not told of advertisement {} again", untold, newest);
      untold = List.of();
    }
  }

  private static boolean heard(Announcer.Outcome outcome, Cid head) {
    if (outcome.told()) {
      LOG.info("{} was told of advertisement {}", outcome.indexer(), head);
    } else {
      LOG.warn("{} was not told of {}: {}", outcome.indexer(), head, outcome.reason());
    }
    return outcome.told();
  }
}
