package io.granary.protocol.bitfield;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class BitFieldPropertyTest {
  /** Small numbers, so that members touch and the sets meet. */
  @Provide
  Arbitrary<Set<Long>> sets() {
    return Arbitraries.longs().between(0, 60).set().ofMaxSize(40);
  }

  /** Few ranges of any width, up to the greatest member. */
  @Provide
  Arbitrary<BitField> wideFields() {
    return Arbitraries.longs()
        .between(0, BitField.MAX_MEMBER)
        .tuple2()
        .map(
            pair ->
                BitField.ofRange(
                    Math.min(pair.get1(), pair.get2()), Math.max(pair.get1(), pair.get2())))
        .list()
        .ofMaxSize(6)
        .map(fields -> fields.stream().reduce(BitField.empty(), BitField::union));
  }

  @Property
  void agreesWithSets(@ForAll("sets") Set<Long> left, @ForAll("sets") Set<Long> right) {
    BitField mine = BitField.of(left);
    BitField theirs = BitField.of(right);
    assertSame(mine, left);
    assertSame(mine.union(theirs), combined(left, right, (a, b) -> a.addAll(b)));
    assertSame(mine.intersect(theirs), combined(left, right, (a, b) -> a.retainAll(b)));
    assertSame(mine.minus(theirs), combined(left, right, (a, b) -> a.removeAll(b)));
    assertThat(mine.containsAll(theirs)).isEqualTo(left.containsAll(right));
    for (long number = 0; number <= 61; number++) {
      assertThat(mine.contains(number)).isEqualTo(left.contains(number));
    }
  }

  private interface Change {
    boolean apply(Set<Long> target, Set<Long> argument);
  }

  private static Set<Long> combined(Set<Long> left, Set<Long> right, Change change) {
    Set<Long> result = new TreeSet<>(left);
    boolean unused = change.apply(result, right);
    return result;
  }

  private static void assertSame(BitField field, Set<Long> members) {
    TreeSet<Long> sorted = new TreeSet<>(members);
    assertThat(field.toList(100)).containsExactlyElementsOf(sorted);
    assertThat(field.cardinality()).isEqualTo(sorted.size());
    assertThat(field).isEqualTo(BitField.of(sorted)).hasSameHashCodeAs(BitField.of(sorted));
    assertThat(field.isEmpty()).isEqualTo(sorted.isEmpty());
    if (!sorted.isEmpty()) {
      assertThat(field.first()).hasValue(sorted.first());
      assertThat(field.last()).hasValue(sorted.last());
    }
  }

  @Property
  void roundTrips_inEveryForm(@ForAll("sets") Set<Long> members) {
    assertRoundTrips(BitField.of(members));
  }

  @Property
  void roundTrips_whenWide(@ForAll("wideFields") BitField field) {
    assertRoundTrips(field);
    assertThat(field.minus(field).isEmpty()).isTrue();
    assertThat(field.union(field)).isEqualTo(field);
    assertThat(field.intersect(field)).isEqualTo(field);
    assertThat(field.ranges().stream().mapToLong(BitField.Range::size).sum())
        .isEqualTo(field.cardinality());
  }

  private static void assertRoundTrips(BitField field) {
    assertThat(BitField.fromRlePlus(field.toRlePlus())).isEqualTo(field);
    assertThat(BitField.fromRunLengths(field.toRunLengths())).isEqualTo(field);
  }

  @Property
  void slicesAsLists(
      @ForAll("sets") Set<Long> members,
      @ForAll @IntRange(max = 45) int skip,
      @ForAll @IntRange(max = 45) int count) {
    assertThat(BitField.of(members).slice(skip, count).toList(100))
        .containsExactlyElementsOf(
            new TreeSet<>(members).stream().skip(skip).limit(count).toList());
  }

  @Property
  void findsFirstAbsent(@ForAll("sets") Set<Long> members, @ForAll @LongRange(max = 70) long from) {
    long expected = from;
    while (members.contains(expected)) {
      expected++;
    }
    assertThat(BitField.of(members).firstAbsent(from)).isEqualTo(expected);
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenAnyBytes(@ForAll @Size(max = 40) byte[] bytes) {
    assertStrict(Bytes.of(bytes));
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenBytesAreChanged(
      @ForAll("wideFields") BitField field,
      @ForAll @IntRange(max = 200) int position,
      @ForAll @IntRange(max = 7) int bit) {
    byte[] bytes = field.toRlePlus().toArray();
    if (bytes.length > 0) {
      bytes[position % bytes.length] ^= (byte) (1 << bit);
      assertStrict(Bytes.of(bytes));
      assertStrict(Bytes.of(bytes, 0, position % bytes.length));
    }
  }

  private static void assertStrict(Bytes bytes) {
    try {
      assertThat(BitField.fromRlePlus(bytes).toRlePlus()).isEqualTo(bytes);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("bit field");
    }
  }
}
