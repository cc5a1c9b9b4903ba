package io.granary.devnet.actor;

import io.granary.protocol.bitfield.BitField;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as the actors' Rust code prints them into its messages. */
final class RustText {
  private RustText() {}

  /** The name of an actor's kind as the enum has it, such as {@code Account}. */
  static String variant(String actorName) {
    return actorName.substring(0, 1).toUpperCase(Locale.ROOT) + actorName.substring(1);
  }

  /** Such as {@code BitField { ranges: [1..2], set: {}, unset: {} }}. */
  static String bitField(BitField field) {
    return field.ranges().stream()
        .map(range -> range.first() + ".." + (range.last() + 1))
        .collect(Collectors.joining(", ", "BitField { ranges: [", "], set: {}, unset: {} }"));
  }
}
