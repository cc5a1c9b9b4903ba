package io.granary.protocol.cbor;

import java.util.Map;
import java.util.Optional;

/**
 * The members of a map with text keys, in whatever order they came, as Go's generated readers take
 * them: keys that nobody asks for are passed over, missing ones have no value. Each value is read
 * when it is asked for.
 */
public final class CborFields {
  private final CborReader reader;
  private final Map<String, Integer> starts;

  CborFields(CborReader reader, Map<String, Integer> starts) {
    this.reader = reader;
    this.starts = starts;
  }

  /**
   * Reads the member {@code key}; empty when it is missing or null.
   *
   * @throws CborException when it is there and {@code decoder} does not take all of it
   */
  public <T> Optional<T> find(String key, CborDecoder<T> decoder) {
    Integer start = starts.get(key);
    if (start == null) {
      return Optional.empty();
    }
    CborReader at = reader.at(start);
    return at.nextIsNull() ? Optional.empty() : Optional.of(at.nested(key, decoder));
  }

  /** Reads the member {@code key}; {@code zero} when it is missing or null. */
  public <T> T get(String key, CborDecoder<T> decoder, T zero) {
    return find(key, decoder).orElse(zero);
  }

  /** Reads a flag; false when it is missing or null. */
  public boolean bool(String key) {
    return get(key, r -> r.bool(""), false);
  }

  /** Reads a number from 0 to 2^63 − 1; 0 when it is missing or null. */
  public long uint(String key) {
    return get(key, r -> r.uint(""), 0L);
  }

  /** Reads a text of at most {@code max} bytes; empty when it is missing or null. */
  public String text(String key, int max) {
    return get(key, r -> r.text("", max), "");
  }
}
