package io.granary.protocol.deal;

import java.nio.charset.StandardCharsets;

/** Texts for the wire. */
final class WireText {
  private WireText() {}

  /** The text, cut so that its UTF-8 is no longer than readers take. */
  static String cut(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= WireLimits.TEXT_BYTES_MAX) {
      return text;
    }
    int end = WireLimits.TEXT_BYTES_MAX;
    while ((utf8[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
