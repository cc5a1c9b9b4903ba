package io.granary.protocol.bitfield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BitFieldTest {
  @Test
  void refusesToListMembers_whenMoreThanTheLimit() {
    BitField everything = BitField.ofRange(0, BitField.MAX_MEMBER);
    assertThat(everything.cardinality()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> everything.toList(1000))
        .hasMessage("bit field: at most 1000 members, got 9223372036854775807");
    assertThat(everything.stream().limit(3).sum()).isEqualTo(3);
  }

  @Test
  void refusesMembers_whenPastTheGreatest() {
    assertThatThrownBy(() -> BitField.of(Long.MAX_VALUE)).hasMessageContaining("2^63 - 2");
    assertThatThrownBy(() -> BitField.of(-1)).hasMessageContaining("2^63 - 2");
    assertThatThrownBy(() -> BitField.fromRunLengths(List.of(Long.MAX_VALUE, 1L)))
        .hasMessage("bit field: members end past 2^63 - 2");
    // A first run of 2^63 − 1 absent numbers, then one member.
    assertThatThrownBy(() -> BitField.fromRlePlus(Bytes.fromHex("e0ffffffffffffffff2f")))
        .hasMessage("bit field: members end past 2^63 - 2");
    // A run of 2^63 numbers.
    assertThatThrownBy(() -> BitField.fromRlePlus(Bytes.fromHex("04101010101010101030")))
        .hasMessageStartingWith("bit field: run of 2^63 or more");
  }

  @Test
  void refusesRunLengths_whenNotCanonical() {
    assertThatThrownBy(() -> BitField.fromRunLengths(List.of(1L, 0L, 1L)))
        .hasMessage("bit field: run 1 has length 0");
    assertThatThrownBy(() -> BitField.fromRunLengths(List.of(1L, -5L)))
        .hasMessage("bit field: run 1 has length -5");
    assertThatThrownBy(() -> BitField.fromRunLengths(List.of(1L, 1L, 1L)))
        .hasMessage("bit field: ends with a run of absent numbers");
    assertThatThrownBy(() -> BitField.fromRunLengths(Collections.nCopies(RlePlus.MAX_RUNS + 1, 1L)))
        .hasMessageStartingWith("bit field: at most 262144 runs");
    assertThat(BitField.fromRunLengths(List.of())).isEqualTo(BitField.empty());
  }

  @Test
  void refusesBytes_whenLongerThanActorsRead() {
    byte[] bytes = new byte[RlePlus.MAX_BYTES + 1];
    bytes[bytes.length - 1] = 1;
    assertThatThrownBy(() -> BitField.fromRlePlus(Bytes.of(bytes)))
        .hasMessage("bit field: at most 32768 bytes, got 32769");
    BitField scattered = BitField.of(LongStream.range(0, 20_000).map(i -> i * 200).toArray());
    assertThatThrownBy(scattered::toRlePlus).hasMessageStartingWith("bit field: at most 32768");
  }

  @Test
  void walksManyRanges_withoutDeepRecursion() {
    BitField even = BitField.of(LongStream.range(0, 100_000).map(i -> i * 2).toArray());
    assertThat(even.stream().sum()).isEqualTo(99_999L * 100_000L);
    assertThat(even.toString()).endsWith("99936 more ranges}");
  }
}
