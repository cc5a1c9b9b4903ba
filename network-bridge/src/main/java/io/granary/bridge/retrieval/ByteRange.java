package io.granary.bridge.retrieval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of an answer a {@code Range} field asks for (RFC 9110, section 14). Several parts at
 * once are answered with the whole, as the RFC allows: nobody has to put a multipart answer
 * together.
 *
 * @param start the first byte
 * @param end the byte after the last
 */
public record ByteRange(long start, long end) {
  /** Parts that are looked at; a field with more is answered with the whole. */
  private static final int PARTS_MAX = 16;

  private static final Pattern PART = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

  /** What a field comes to. */
  public sealed interface Wanted {
    /** All bytes, with 200. */
    record Whole() implements Wanted {}

    /** A part, with 206. */
    record Part(ByteRange range) implements Wanted {}

    /** 416: malformed, or beyond the end. */
    record Unsatisfiable() implements Wanted {}
  }

  /** Reads the field's value for an answer of {@code length} bytes. */
  public static Wanted of(String field, long length) {
    int equals = field.indexOf('=');
    if (equals < 0
        || !field.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals("bytes")) {
      return new Wanted.Whole();
    }
    String[] parts = field.substring(equals + 1).split(",", -1);
    if (parts.length > PARTS_MAX) {
      return new Wanted.Whole();
    }
    List<ByteRange> ranges = new ArrayList<>();
    for (String part : parts) {
      Matcher matcher = PART.matcher(part.strip());
      if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
        return new Wanted.Unsatisfiable();
      }
      Optional<Long> first = number(matcher.group(1));
      Optional<Long> last = number(matcher.group(2));
      if (first.isPresent() && last.isPresent() && first.get() > last.get()) {
        return new Wanted.Unsatisfiable();
      }
      within(first, last, length).ifPresent(ranges::add);
    }
    return switch (ranges.size()) {
      case 0 -> new Wanted.Unsatisfiable();
      case 1 -> new Wanted.Part(ranges.get(0));
      default -> new Wanted.Whole();
    };
  }

  private static Optional<ByteRange> within(
      Optional<Long> first, Optional<Long> last, long length) {
    long start = first.orElseGet(() -> Math.max(0, length - last.orElseThrow()));
    long end = first.isEmpty() ? length : Math.min(length, last.orElse(length - 1) + 1);
    return start < end ? Optional.of(new ByteRange(start, end)) : Optional.empty();
  }

  private static Optional<Long> number(String digits) {
    return digits.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(digits));
  }

  /** Its bytes, at least one. */
  public long length() {
    return end - start;
  }

  /** The value of {@code Content-Range}. */
  public String contentRange(long whole) {
    return "bytes " + start + "-" + (end - 1) + "/" + whole;
  }
}
