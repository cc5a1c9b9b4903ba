package io.granary.protocol.bitfield;

import io.granary.protocol.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An immutable set of numbers from 0 to {@value #MAX_MEMBER}, kept as sorted, disjoint,
 * non-adjacent ranges. Nothing here costs more than the number of ranges, however wide they are;
 * only {@link #stream} walks members, and it does so lazily.
 */
public final class BitField {
  /**
   * The greatest member: 2^63 − 2. Actors allow up to 2^64 − 2; what is beyond a signed number is
   * refused here, since no sector number, partition or deal id comes near it.
   */
  public static final long MAX_MEMBER = Long.MAX_VALUE - 1;

  private static final BitField EMPTY = new BitField(new long[0]);

  /** Pairs of first (inclusive) and end (exclusive), ascending. */
  private final long[] ranges;

  private BitField(long[] ranges) {
    this.ranges = ranges;
  }

  /**
   * Members that follow each other.
   *
   * @param first the first member
   * @param last the last member, at least {@code first}
   */
  public record Range(long first, long last) {
    public Range {
      if (first < 0 || last < first || last > MAX_MEMBER) {
        throw new IllegalArgumentException(
            "bit field range: expected 0 <= first <= last <= 2^63 - 2, got " + first + "-" + last);
      }
    }

    /** How many members it has. */
    public long size() {
      return last - first + 1;
    }
  }

  /** The set of no members. */
  public static BitField empty() {
    return EMPTY;
  }

  /** The set of {@code members}, in any order, repeated or not. */
  public static BitField of(long... members) {
    long[] sorted = members.clone();
    Arrays.sort(sorted);
    Builder builder = new Builder(sorted.length);
    for (long member : sorted) {
      builder.append(member, checkedEnd(member));
    }
    return builder.build();
  }

  /** The set of {@code members}, in any order, repeated or not. */
  public static BitField of(Collection<Long> members) {
    return of(members.stream().mapToLong(Long::longValue).toArray());
  }

  /** The set of every number from {@code first} to {@code last}, both included. */
  public static BitField ofRange(long first, long last) {
    Range range = new Range(first, last);
    return new BitField(new long[] {range.first(), range.last() + 1});
  }

  private static long checkedEnd(long member) {
    if (member < 0 || member > MAX_MEMBER) {
      throw new IllegalArgumentException("bit field: members are 0 to 2^63 - 2, got " + member);
    }
    return member + 1;
  }

  /**
   * Reads RLE+ bytes, as strictly as the actors do (ref-fvm ipld/bitfield).
   *
   * @throws IllegalArgumentException saying what is wrong and at which bit
   */
  public static BitField fromRlePlus(Bytes bytes) {
    return RlePlus.decode(bytes);
  }

  /** The shortest RLE+ bytes; none for the empty set. */
  public Bytes toRlePlus() {
    return RlePlus.encode(this);
  }

  /**
   * Reads JSON-RPC's run lengths: the first counts absent numbers from 0, then present and absent
   * ones by turns; {@code [0]} (or nothing) is the empty set.
   *
   * @throws IllegalArgumentException for a negative run, an empty one that is not the first, a last
   *     run of absent numbers, or members past {@link #MAX_MEMBER}
   */
  public static BitField fromRunLengths(List<Long> runs) {
    if (runs.size() > RlePlus.MAX_RUNS) {
      throw new IllegalArgumentException(
          "bit field: at most " + RlePlus.MAX_RUNS + " runs, got " + runs.size());
    }
    if (runs.equals(List.of(0L))) {
      return EMPTY;
    }
    Builder builder = new Builder(runs.size() / 2);
    boolean present = false;
    for (int i = 0; i < runs.size(); i++) {
      long run = runs.get(i);
      if (run < 0 || (run == 0 && i > 0)) {
        throw new IllegalArgumentException("bit field: run " + i + " has length " + run);
      }
      if (run > 0) {
        builder.appendRun(present, run);
      }
      present = !present;
    }
    if (!runs.isEmpty() && present) {
      throw new IllegalArgumentException("bit field: ends with a run of absent numbers");
    }
    return builder.build();
  }

  /** JSON-RPC's run lengths, {@code [0]} for the empty set. */
  public List<Long> toRunLengths() {
    List<Long> runs = new ArrayList<>(ranges.length + 1);
    long position = 0;
    for (long bound : ranges) {
      runs.add(bound - position);
      position = bound;
    }
    return runs.isEmpty() ? List.of(0L) : List.copyOf(runs);
  }

  /** Whether there are no members. */
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

  /** Whether {@code member} is in the set. */
  public boolean contains(long member) {
    // An even insertion point lies before a range, an odd one inside it; bounds are ends exclusive.
    int found = Arrays.binarySearch(ranges, member);
    int at = found >= 0 ? found + 1 : -found - 1;
    return (at & 1) == 1;
  }

  /** Whether every member of {@code other} is in this set. */
  public boolean containsAll(BitField other) {
    return other.minus(this).isEmpty();
  }

  /** The smallest member. */
  public OptionalLong first() {
    return isEmpty() ? OptionalLong.empty() : OptionalLong.of(ranges[0]);
  }

  /** The greatest member. */
  public OptionalLong last() {
    return isEmpty() ? OptionalLong.empty() : OptionalLong.of(ranges[ranges.length - 1] - 1);
  }

  /** The smallest number from {@code from} on that is not a member. */
  public long firstAbsent(long from) {
    long candidate = from;
    for (int i = 0; i < ranges.length && ranges[i] <= candidate; i += 2) {
      candidate = Math.max(candidate, ranges[i + 1]);
    }
    return candidate;
  }

  /** The members as ranges, ascending. */
  public List<Range> ranges() {
    return IntStream.range(0, ranges.length / 2)
        .mapToObj(i -> new Range(ranges[2 * i], ranges[2 * i + 1] - 1))
        .toList();
  }

  /** The members in ascending order, lazily; there may be up to 2^63 of them. */
  public LongStream stream() {
    return IntStream.range(0, ranges.length / 2)
        .boxed()
        .flatMapToLong(i -> LongStream.range(ranges[2 * i], ranges[2 * i + 1]));
  }

  /**
   * The members in ascending order.
   *
   * @throws IllegalArgumentException when there are more than {@code limit}, before any is listed
   */
  public List<Long> toList(int limit) {
    if (cardinality() > limit) {
      throw new IllegalArgumentException(
          "bit field: at most " + limit + " members, got " + cardinality());
    }
    return stream().boxed().toList();
  }

  /** The members of either set. */
  public BitField union(BitField other) {
    return merge(other, (mine, theirs) -> mine || theirs);
  }

  /** The members of both sets. */
  public BitField intersect(BitField other) {
    return merge(other, (mine, theirs) -> mine && theirs);
  }

  /** The members of this set that {@code other} lacks. */
  public BitField minus(BitField other) {
    return merge(other, (mine, theirs) -> mine && !theirs);
  }

  /** The {@code count} members, or fewer at the end, that follow the first {@code skip}. */
  public BitField slice(long skip, long count) {
    if (skip < 0 || count < 0) {
      throw new IllegalArgumentException(
          "bit field slice: must not be negative, got " + skip + " and " + count);
    }
    Builder builder = new Builder(ranges.length / 2);
    long toSkip = skip;
    long toTake = count;
    for (int i = 0; i < ranges.length && toTake > 0; i += 2) {
      long size = ranges[i + 1] - ranges[i];
      if (size <= toSkip) {
        toSkip -= size;
      } else {
        long first = ranges[i] + toSkip;
        long taken = Math.min(toTake, ranges[i + 1] - first);
        builder.append(first, first + taken);
        toSkip = 0;
        toTake -= taken;
      }
    }
    return builder.build();
  }

  private interface Keep {
    boolean test(boolean mine, boolean theirs);
  }

  /** Sweeps the bounds of both sets once; between two bounds membership does not change. */
  private BitField merge(BitField other, Keep keep) {
    Builder builder = new Builder((ranges.length + other.ranges.length) / 2);
    int i = 0;
    int j = 0;
    long position = 0;
    while (i < ranges.length || j < other.ranges.length) {
      long mine = i < ranges.length ? ranges[i] : Long.MAX_VALUE;
      long theirs = j < other.ranges.length ? other.ranges[j] : Long.MAX_VALUE;
      long next = Math.min(mine, theirs);
      if (next > position && keep.test((i & 1) == 1, (j & 1) == 1)) {
        builder.append(position, next);
      }
      position = next;
      i += mine == next && i < ranges.length ? 1 : 0;
      j += theirs == next && j < other.ranges.length ? 1 : 0;
    }
    return builder.build();
  }

  /** The bounds as they are kept: first and end (exclusive) by turns; not to be changed. */
  long[] bounds() {
    return ranges;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BitField field && Arrays.equals(ranges, field.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }

  /** Such as {@code {1,5-7,10}}; wide sets are cut after their first 64 ranges. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    int shown = Math.min(ranges.length, 128);
    for (int i = 0; i < shown; i += 2) {
      text.append(i == 0 ? "" : ",").append(ranges[i]);
      if (ranges[i + 1] - ranges[i] > 1) {
        text.append('-').append(ranges[i + 1] - 1);
      }
    }
    if (shown < ranges.length) {
      text.append(",… ").append((ranges.length - shown) / 2).append(" more ranges");
    }
    return text.append('}').toString();
  }

  /** Collects ranges in ascending order and joins those that touch. Used by one thread. */
  static final class Builder {
    private long[] bounds;
    private int used;
    private long position;

    Builder(int expectedRanges) {
      bounds = new long[Math.max(2, Math.min(expectedRanges, 1 << 16) * 2)];
    }

    /** Adds [first, end), where {@code first} is not before the last range added. */
    void append(long first, long end) {
      if (used > 0 && bounds[used - 1] >= first) {
        bounds[used - 1] = Math.max(bounds[used - 1], end);
        return;
      }
      if (used == bounds.length) {
        bounds = Arrays.copyOf(bounds, used * 2);
      }
      bounds[used++] = first;
      bounds[used++] = end;
    }

    /** Moves on by {@code length} numbers, which are members when {@code present}. */
    void appendRun(boolean present, long length) {
      if (length > Long.MAX_VALUE - position) {
        throw new IllegalArgumentException("bit field: members end past 2^63 - 2");
      }
      if (present) {
        append(position, position + length);
      }
      position += length;
    }

    BitField build() {
      return used == 0 ? EMPTY : new BitField(Arrays.copyOf(bounds, used));
    }
  }
}
