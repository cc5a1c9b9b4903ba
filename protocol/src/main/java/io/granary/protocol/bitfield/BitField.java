package io.granary.protocol.bitfield;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.LongStream;

/** An immutable set of non-negative numbers, kept as sorted, disjoint, non-adjacent ranges. */
public final class BitField {
  private static final BitField EMPTY = new BitField(new long[0]);

  /** Pairs of first (inclusive) and end (exclusive), ascending. */
  private final long[] ranges;

  private BitField(long[] ranges) {
    this.ranges = ranges;
  }

  public static BitField empty() {
    return EMPTY;
  }

  public static BitField of(long... members) {
    long[] sorted = Arrays.stream(members).sorted().distinct().toArray();
    long[] ranges = new long[sorted.length * 2];
    int used = 0;
    for (long member : sorted) {
      if (member < 0) {
        throw new IllegalArgumentException("bit field: must not be negative, got " + member);
      }
      if (used > 0 && ranges[used - 1] == member) {
        ranges[used - 1] = member + 1;
      } else {
        ranges[used++] = member;
        ranges[used++] = member + 1;
      }
    }
    return new BitField(Arrays.copyOf(ranges, used));
  }

  public static BitField of(Collection<Long> members) {
    return of(members.stream().mapToLong(Long::longValue).toArray());
  }

  public boolean isEmpty() {
    return ranges.length == 0;
  }

  /** How many members there are. */
  public long cardinality() {
    long count = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      count += ranges[i + 1] - ranges[i];
    }
    return count;
  }

  public boolean contains(long member) {
    for (int i = 0; i < ranges.length && ranges[i] <= member; i += 2) {
      if (member < ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  /** The members in ascending order. */
  public LongStream stream() {
    LongStream all = LongStream.empty();
    for (int i = ranges.length - 2; i >= 0; i -= 2) {
      all = LongStream.concat(LongStream.range(ranges[i], ranges[i + 1]), all);
    }
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BitField field && Arrays.equals(ranges, field.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < ranges.length; i += 2) {
      text.append(i == 0 ? "" : ",").append(ranges[i]);
      if (ranges[i + 1] - ranges[i] > 1) {
        text.append('-').append(ranges[i + 1] - 1);
      }
    }
    return text.append('}').toString();
  }
}
