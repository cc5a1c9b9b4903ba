package io.granary.bridge.transfer;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Dates of HTTP (RFC 9110, 5.6.7). */
final class HttpDates {
  private HttpDates() {}

  /** The date in seconds; empty when it is none. */
  static Optional<Long> epochSecond(String text) {
    try {
      return Optional.of(
          Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)).getEpochSecond());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
