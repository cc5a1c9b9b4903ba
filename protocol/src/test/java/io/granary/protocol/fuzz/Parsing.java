package io.granary.protocol.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Runs a parser on bytes from outside and judges how it ended and what memory it took. */
public final class Parsing {
  /** What a parser may allocate beside what its input accounts for, in bytes. */
  public static final long FIXED_BYTES = 256 << 10;

  /**
   * Bytes that may be allocated for one of input, garbage included: a link of eight bytes becomes a
   * handful of objects.
   */
  public static final long BYTES_PER_BYTE = 1024;

  /** The first runs load classes and link call sites, which counts as theirs. */
  private static final int RUNS_MAX = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Parsing() {}

  /**
   * What {@code parser} makes of {@code input}, or empty when it refuses it.
   *
   * @param refusals the exceptions by which it may do so; others are passed on
   * @throws AssertionError when it takes more memory than {@link #FIXED_BYTES} and {@link
   *     #BYTES_PER_BYTE} allow, or throws another checked exception
   */
  @SafeVarargs
  public static <T> Optional<T> of(
      byte[] input, Callable<T> parser, Class<? extends Exception>... refusals) {
    return of(input.length, FIXED_BYTES, parser, refusals);
  }

  /** As {@link #of(byte[], Callable, Class[])}, with a fixed part of its own. */
  @SafeVarargs
  public static <T> Optional<T> of(
      int inputBytes, long fixedBytes, Callable<T> parser, Class<? extends Exception>... refusals) {
    long allowed = fixedBytes + BYTES_PER_BYTE * inputBytes;
    long least = Long.MAX_VALUE;
    Optional<T> result = Optional.empty();
    for (int run = 0; run < RUNS_MAX && least > allowed; run++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      result = run(parser, refusals);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    if (least > allowed) {
      throw new AssertionError(
          least + " bytes allocated for " + inputBytes + " of input, allowed are " + allowed);
    }
    return result;
  }

  @SafeVarargs
  private static <T> Optional<T> run(Callable<T> parser, Class<? extends Exception>... refusals) {
    try {
      return Optional.of(parser.call());
    } catch (Exception e) {
      for (Class<? extends Exception> refusal : refusals) {
        if (refusal == e.getClass()) {
          return Optional.empty();
        }
      }
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new AssertionError("not one of the parser's exceptions", e);
    }
  }
}
