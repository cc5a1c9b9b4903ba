package io.granary.bridge.unixfs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of a file that are wanted (trustless gateway, {@code entity-bytes}). Negative numbers
 * count from the end.
 *
 * @param from the first byte
 * @param to the last byte; -1 is the end of the file, as is {@code *}
 */
public record EntityBytes(long from, long to) {
  /** The whole file, {@code 0:*}. */
  public static final EntityBytes WHOLE = new EntityBytes(0, -1);

  private static final Pattern FORM = Pattern.compile("(-?\\d{1,18}):(\\*|-?\\d{1,18})");

  /**
   * Bytes of one file.
   *
   * @param end the byte after the last
   */
  public record Range(long start, long end) {}

  public EntityBytes {
    if (from >= 0 == to >= 0 && from > to) {
      throw new IllegalArgumentException("entity-bytes: " + from + " comes after " + to);
    }
  }

  /**
   * Reads {@code from:to}.
   *
   * @throws IllegalArgumentException when {@code text} has another form or its end comes first
   */
  public static EntityBytes parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("entity-bytes: expected from:to or from:*");
    }
    String to = matcher.group(2);
    return new EntityBytes(Long.parseLong(matcher.group(1)), to.equals("*") ? -1 : number(to));
  }

  private static long number(String text) {
    long value = Long.parseLong(text);
    if (value == 0 && text.startsWith("-")) {
      throw new IllegalArgumentException("entity-bytes: -0 is no end");
    }
    return value;
  }

  /** The part of a file of {@code fileBytes} bytes that is wanted, or empty when there is none. */
  public Optional<Range> of(long fileBytes) {
    long start = from < 0 ? Math.max(0, fileBytes + from) : from;
    long end = to < 0 ? fileBytes + to + 1 : Math.min(fileBytes, to + 1);
    return start < end ? Optional.of(new Range(start, end)) : Optional.empty();
  }
}
