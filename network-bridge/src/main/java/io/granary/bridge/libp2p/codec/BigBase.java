package io.granary.bridge.libp2p.codec;

import io.granary.protocol.Bytes;

/**
 * Bytes as one big number in a base that is no power of two, leading zero bytes as leading zero
 * digits (the "base-x" family of multibase). Time grows with the square of the length, so reading
 * takes a bound.
 */
final class BigBase {
  private final String name;
  private final String alphabet;

  BigBase(String name, String alphabet) {
    this.name = name;
    this.alphabet = alphabet;
  }

  String encode(Bytes input) {
    byte[] number = input.toArray();
    int zeros = leadingZeros(number);
    StringBuilder digits = new StringBuilder();
    int start = zeros;
    while (start < number.length) {
      digits.append(alphabet.charAt(divide(number, start)));
      if (number[start] == 0) {
        start++;
      }
    }
    digits.append(alphabet.substring(0, 1).repeat(zeros));
    return digits.reverse().toString();
  }

  /** Divides the number from {@code start} on by the base in place; returns the remainder. */
  private int divide(byte[] number, int start) {
    int remainder = 0;
    for (int i = start; i < number.length; i++) {
      int current = remainder << 8 | (number[i] & 0xff);
      number[i] = (byte) (current / alphabet.length());
      remainder = current % alphabet.length();
    }
    return remainder;
  }

  Bytes decode(String text, int charactersMax, String field) {
    if (text.length() > charactersMax) {
      throw new CodecException(
          field + ": " + text.length() + " characters of " + name + ", at most " + charactersMax);
    }
    byte[] number = new byte[text.length()];
    int used = 0;
    int zeros = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = alphabet.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new CodecException(
            field + ": character " + i + " is not in the " + name + " alphabet");
      }
      if (digit == 0 && zeros == i) {
        zeros++;
      } else {
        used = multiplyAdd(number, used, digit);
      }
    }
    return Bytes.of(number, number.length - used - zeros, used + zeros);
  }

  /**
   * Number times base plus digit, over the last {@code used} bytes; returns how many it has now.
   */
  private int multiplyAdd(byte[] number, int used, int digit) {
    int carry = digit;
    int low = number.length - used;
    for (int i = number.length - 1; i >= low; i--) {
      int current = (number[i] & 0xff) * alphabet.length() + carry;
      number[i] = (byte) current;
      carry = current >>> 8;
    }
    if (carry == 0) {
      return used;
    }
    number[low - 1] = (byte) carry;
    return used + 1;
  }

  private static int leadingZeros(byte[] number) {
    int zeros = 0;
    while (zeros < number.length && number[zeros] == 0) {
      zeros++;
    }
    return zeros;
  }
}
