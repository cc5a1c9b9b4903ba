package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.RequestHead;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions on the entity tag (RFC 9110, section 13). What is served has strong tags only. */
final class Conditions {
  private static final Pattern TAG = Pattern.compile("(W/)?(\"[^\"]*\")");

  private Conditions() {}

  /** Whether the client has it already: 304. */
  static boolean notModified(RequestHead head, String tag) {
    return head.header("if-none-match").map(field -> lists(field, tag, true)).orElse(false);
  }

  /** Whether {@code If-Match} names another: 412. */
  static boolean failed(RequestHead head, String tag) {
    return head.header("if-match").map(field -> !lists(field, tag, false)).orElse(false);
  }

  /** Whether a range may be given: without {@code If-Range}, or when it names this very tag. */
  static boolean rangeHolds(RequestHead head, String tag) {
    return head.header("if-range").map(field -> field.equals(tag)).orElse(true);
  }

  private static boolean lists(String field, String tag, boolean weakToo) {
    if (field.strip().equals("*")) {
      return true;
    }
    Matcher matcher = TAG.matcher(field);
    while (matcher.find()) {
      if (matcher.group(2).equals(tag) && (weakToo || matcher.group(1) == null)) {
        return true;
      }
    }
    return false;
  }
}
