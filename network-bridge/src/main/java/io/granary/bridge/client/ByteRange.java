package io.granary.bridge.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a file a request gets (RFC 9110, 14).
 *
 * @param first the first byte
 * @param length how many, at least 1 unless the file is empty
 * @param part whether it is a part that was asked for, so that the answer is 206
 */
record ByteRange(long first, long length, boolean part) {
  private static final Pattern ONE =
      Pattern.compile("bytes=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

  /** The whole file. */
  static ByteRange whole(long size) {
    return new ByteRange(0, size, false);
  }

  /**
   * The range of a {@code Range} header; empty when it lies outside the file (416). What is no
   * single range of bytes is passed over, as RFC 9110 allows, and the whole file is given.
   */
  static Optional<ByteRange> of(String header, long size) {
    Matcher range = ONE.matcher(header);
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      return Optional.of(whole(size));
    }
    if (range.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(range.group(2)), size);
      return last == 0 ? Optional.empty() : Optional.of(new ByteRange(size - last, last, true));
    }
    long from = Long.parseLong(range.group(1));
    long to = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
    if (to < from) {
      return Optional.of(whole(size));
    }
    return from >= size
        ? Optional.empty()
        : Optional.of(new ByteRange(from, Math.min(to, size - 1) - from + 1, true));
  }

  /** The {@code Content-Range} of a part. */
  String contentRange(long size) {
    return "bytes " + first + "-" + (first + length - 1) + "/" + size;
  }
}
