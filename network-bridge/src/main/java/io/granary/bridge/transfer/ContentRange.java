package io.granary.bridge.transfer;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes an answer holds (RFC 9110, 14.4).
 *
 * @param first empty for an answer that holds none (416)
 * @param total of the file, when the server tells it
 */
public record ContentRange(OptionalLong first, OptionalLong last, OptionalLong total) {
  private static final Pattern FORM =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(\\d{1,18}|\\*)");

  /** Reads the header; empty when it has another form, or says what cannot be. */
  public static Optional<ContentRange> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    ContentRange range =
        new ContentRange(number(form.group(1)), number(form.group(2)), number(form.group(3)));
    return Optional.of(range).filter(ContentRange::holds);
  }

  private boolean holds() {
    if (first.isEmpty()) {
      return total.isPresent();
    }
    return first.getAsLong() <= last.getAsLong()
        && (total.isEmpty() || last.getAsLong() < total.getAsLong());
  }

  private static OptionalLong number(@Nullable String digits) {
    return digits == null || digits.equals("*")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(digits));
  }
}
