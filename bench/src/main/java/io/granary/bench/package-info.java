/**
 * Benchmarks. Each measures something of ours and something outside in the same run, in turns, and
 * gives one ratio.
 *
 * <ol>
 *   <li>{@link io.granary.bench.Main} lists the benchmarks, or runs the one it is given.
 *   <li>A {@link io.granary.bench.Benchmark} warms both sides up, measures rounds that begin with
 *       either side by turns, prints what it saw and gives the ratio of the medians.
 *   <li>{@link io.granary.bench.BenchResult} is the last line of the output, as JSON.
 * </ol>
 */
@NullMarked
package io.granary.bench;

import org.jspecify.annotations.NullMarked;
