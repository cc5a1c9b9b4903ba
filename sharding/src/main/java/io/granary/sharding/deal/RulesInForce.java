package io.granary.sharding.deal;

import io.granary.protocol.ActorId;
import io.granary.protocol.port.DealBook;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The rules that proposals are judged by: those of the configuration, but for what an operator has
 * set, which is in the store, version by version, and holds on every node. A node that cannot read
 * the store judges nothing: it could not claim a proposal either. Thread-safe: guarded by this.
 */
public final class RulesInForce {
  private final DealsSettings settings;
  private final ActorId provider;
  private final DealBook book;
  private final InstantSource clock;
  private @Nullable CompletableFuture<Rules> kept;
  private Instant read = Instant.EPOCH;

  /**
   * Rules, and where they come from.
   *
   * @param version 0 as long as nothing was ever set
   * @param since when this version was set
   * @param set what is set otherwise than in the configuration, by keys under {@code granary.deals}
   */
  public record Rules(
      long version, Instant since, Map<String, Object> set, AcceptanceSettings acceptance) {
    public Rules {
      set = Map.copyOf(set);
    }
  }

  public RulesInForce(DealsSettings settings, DealBook book, InstantSource clock) {
    this.settings = settings;
    this.provider = settings.provider().requireId();
    this.book = book;
    this.clock = clock;
  }

  /** What this node goes by: read anew when what it has is older than {@code rules-kept}. */
  synchronized CompletionStage<Rules> current() {
    Instant now = clock.instant();
    CompletableFuture<Rules> last = kept;
    if (last == null
        || last.isCompletedExceptionally()
        || !now.isBefore(read.plus(settings.rulesKept()))) {
      last = latest().toCompletableFuture();
      kept = last;
      read = now;
    }
    return last;
  }

  /** What was set last, read from the store. */
  public CompletionStage<Rules> latest() {
    return book.rules(provider, 1)
        .thenApply(
            versions -> versions.stream().findFirst().map(this::rules).orElseGet(this::configured));
  }

  /** The last versions that were set, newest first. */
  public CompletionStage<List<DealBook.Rules>> history(int limit) {
    return book.rules(provider, limit);
  }

  /** What {@code version} set, by keys under {@code granary.deals}. */
  public static Map<String, Object> set(DealBook.Rules version) {
    return AcceptanceSettings.parse(version.document());
  }

  /** As long as nothing is set. */
  Rules configured() {
    return new Rules(0, Instant.EPOCH, Map.of(), settings.acceptance());
  }

  private Rules rules(DealBook.Rules stored) {
    Map<String, Object> set = set(stored);
    try {
      return new Rules(stored.version(), stored.since(), set, settings.acceptance().with(set));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "version "
              + stored.version()
              + " of the rules for deals does not fit this configuration: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Sets {@code set} instead of all that was set before.
   *
   * @param expected the version that this was made from
   * @return the new rules; empty when there is another version by now
   * @throws IllegalArgumentException naming the key that cannot be set, or whose value is refused
   */
  public CompletionStage<Optional<Rules>> change(long expected, Map<String, ?> set) {
    settings.acceptance().with(set);
    DealBook.Rules next =
        new DealBook.Rules(expected + 1, clock.instant(), AcceptanceSettings.document(set));
    return book.rules(provider, 1)
        .thenCompose(
            versions -> {
              long last = versions.isEmpty() ? 0 : versions.get(0).version();
              return last == expected
                  ? book.putRules(provider, next)
                  : CompletableFuture.completedStage(false);
            })
        .thenApply(
            done -> {
              if (!done) {
                return Optional.empty();
              }
              forget();
              return Optional.of(rules(next));
            });
  }

  private synchronized void forget() {
    kept = null;
  }
}
