package io.granary.persistence.cassandra;

import java.util.Locale;

/** What an answered write of the embedded Cassandra survives. */
public enum Durability {
  /** A power cut: the commit log is on disk before the answer. */
  EACH_WRITE,
  /** The death of the process; a power cut loses up to a second. */
  EACH_SECOND,
  /** Nothing: for data that is thrown away with the process. Schema changes are much faster. */
  NONE;

  /**
   * Reads configuration's form, for example {@code each-write}.
   *
   * @throws IllegalArgumentException naming the forms there are
   */
  static Durability parse(String text) {
    for (Durability each : values()) {
      if (each.text().equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "granary.persistence.embedded-cassandra.durability: each-write, each-second or none, not "
            + text);
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
