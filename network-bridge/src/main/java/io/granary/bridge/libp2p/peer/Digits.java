package io.granary.bridge.libp2p.peer;

/** Small numbers as text: ASCII digits only, no sign. */
final class Digits {
  private Digits() {}

  /** The number, or -1 when {@code text} is none, too long, or above {@code most}. */
  static int parse(String text, int radix, int digitsMax, int most) {
    if (text.isEmpty() || text.length() > digitsMax) {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        return -1;
      }
      number = number * radix + digit;
    }
    return number > most ? -1 : number;
  }
}
