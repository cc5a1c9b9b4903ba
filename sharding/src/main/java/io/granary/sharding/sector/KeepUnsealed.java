package io.granary.sharding.sector;

import java.util.Arrays;

/** How long a sector keeps the unsealed copy of its data. */
public enum KeepUnsealed {
  /** Until a deal of its pieces asks for the removal, and while one that lives wants it. */
  AS_DEALS_SAY("as-deals-say"),
  /** As long as there is a sector. */
  ALWAYS("always");

  private final String key;

  KeepUnsealed(String key) {
    this.key = key;
  }

  /**
   * The one that settings call {@code key}.
   *
   * @throws IllegalArgumentException when there is none
   */
  static KeepUnsealed named(String key) {
    return Arrays.stream(values())
        .filter(each -> each.key.equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "keep-unsealed: expected "
                        + AS_DEALS_SAY.key
                        + " or "
                        + ALWAYS.key
                        + ", got "
                        + key));
  }
}
