package io.granary.devnet.actor;

import io.granary.protocol.bitfield.BitField;
import java.util.stream.Collectors;

/** Values as the actors' Rust code prints them into its messages. */
final class RustText {
  private RustText() {}

  /** Such as {@code BitField { ranges: [1..2], set: {}, unset: {} }}. */
  static String bitField(BitField field) {
    return field.ranges().stream()
        .map(range -> range.first() + ".." + (range.last() + 1))
        .collect(Collectors.joining(", ", "BitField { ranges: [", "], set: {}, unset: {} }"));
  }
}
