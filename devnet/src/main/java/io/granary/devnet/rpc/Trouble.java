package io.granary.devnet.rpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What ails one endpoint, on demand: it can be gone, behind, slow for some methods, or silent on
 * its subscriptions. The chain below goes on. Safe for any thread.
 */
public final class Trouble {
  private final LongSupplier nanoTime;
  private final Map<String, Slowness> slow = new ConcurrentHashMap<>();
  private final List<Runnable> outageListeners = new CopyOnWriteArrayList<>();
  private volatile Optional<Long> outageEnd = Optional.empty();
  private volatile long lag;
  private volatile boolean silent;

  private record Slowness(Pattern methods, Duration delay) {}

  public Trouble() {
    this(System::nanoTime);
  }

  Trouble(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * For {@code duration} connections are closed without an answer, and open sockets at once; zero
   * ends an outage.
   */
  public void outage(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("outage: must not be negative, got " + duration);
    }
    if (duration.isZero()) {
      outageEnd = Optional.empty();
      return;
    }
    outageEnd = Optional.of(nanoTime.getAsLong() + duration.toNanos());
    outageListeners.forEach(Runnable::run);
  }

  boolean isOut() {
    Optional<Long> end = outageEnd;
    return end.isPresent() && nanoTime.getAsLong() - end.get() < 0;
  }

  /** Runs {@code listener} whenever an outage begins. */
  void onOutage(Runnable listener) {
    outageListeners.add(listener);
  }

  /** From now on the head answered is that of {@code epochs} before the chain's; 0 for none. */
  public void lag(long epochs) {
    if (epochs < 0) {
      throw new IllegalArgumentException("lag: must not be negative, got " + epochs);
    }
    lag = epochs;
  }

  long lag() {
    return lag;
  }

  /**
   * Delays the answers of methods whose whole name {@code pattern} matches; zero takes the pattern
   * back.
   */
  public void slow(String pattern, Duration delay) {
    if (delay.isZero()) {
      slow.remove(pattern);
    } else {
      slow.put(pattern, new Slowness(Pattern.compile(pattern), delay));
    }
  }

  /** How long the answer of {@code wireName} is held back: the longest of what matches. */
  Duration delay(String wireName) {
    Duration longest = Duration.ZERO;
    for (Slowness slowness : slow.values()) {
      if (slowness.methods().matcher(wireName).matches()
          && slowness.delay().compareTo(longest) > 0) {
        longest = slowness.delay();
      }
    }
    return longest;
  }

  /** Whether subscriptions stay open and say nothing. */
  public void silent(boolean on) {
    silent = on;
  }

  boolean isSilent() {
    return silent;
  }
}
