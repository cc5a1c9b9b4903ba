package io.granary.bridge.libp2p.peer;

import java.util.Arrays;

/**
 * IP addresses as text, without the JDK's parser, which asks name servers about what is no address.
 * IPv6 is printed as RFC 5952 has it. Methods that read return no bytes for text that is none.
 */
final class IpText {
  static final int IP4_BYTES = 4;
  static final int IP6_BYTES = 16;

  private static final int IP6_TEXT_LENGTH_MAX = 45;
  private static final int GROUPS = 8;
  private static final byte[] NOT_AN_ADDRESS = new byte[0];
  private static final byte[] IP4_MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private IpText() {}

  /** Four numbers of 0 to 255 without leading zeros. */
  static byte[] parseIp4(String text) {
    String[] numbers = text.split("\\.", IP4_BYTES + 1);
    if (numbers.length != IP4_BYTES) {
      return NOT_AN_ADDRESS;
    }
    byte[] address = new byte[IP4_BYTES];
    for (int i = 0; i < IP4_BYTES; i++) {
      int number = Digits.parse(numbers[i], 10, 3, 0xff);
      if (number < 0 || (numbers[i].length() > 1 && numbers[i].charAt(0) == '0')) {
        return NOT_AN_ADDRESS;
      }
      address[i] = (byte) number;
    }
    return address;
  }

  static String printIp4(byte[] address) {
    StringBuilder text = new StringBuilder();
    for (byte number : address) {
      text.append(text.length() == 0 ? "" : ".").append(number & 0xff);
    }
    return text.toString();
  }

  /** RFC 4291 section 2.2 in all its forms; no zone. */
  static byte[] parseIp6(String text) {
    int gap = text.indexOf("::");
    if (text.length() > IP6_TEXT_LENGTH_MAX || (gap >= 0 && text.indexOf("::", gap + 1) >= 0)) {
      return NOT_AN_ADDRESS;
    }
    byte[] address = new byte[IP6_BYTES];
    if (gap < 0) {
      return parseGroups(text, address) == IP6_BYTES ? address : NOT_AN_ADDRESS;
    }
    int head = gap == 0 ? 0 : parseGroups(text.substring(0, gap), address);
    byte[] end = new byte[IP6_BYTES];
    int tail = gap + 2 == text.length() ? 0 : parseGroups(text.substring(gap + 2), end);
    if (head < 0
        || tail < 0
        || head + tail > IP6_BYTES - 2
        || text.substring(0, gap).contains(".")) {
      return NOT_AN_ADDRESS;
    }
    System.arraycopy(end, 0, address, IP6_BYTES - tail, tail);
    return address;
  }

  /** Writes the groups of {@code text} to {@code into}; returns how many bytes, or -1. */
  private static int parseGroups(String text, byte[] into) {
    String[] groups = text.split(":", GROUPS + 1);
    int length = 0;
    for (int i = 0; i < groups.length; i++) {
      byte[] group = parseGroup(groups[i], i == groups.length - 1);
      if (group.length == 0 || length + group.length > into.length) {
        return -1;
      }
      System.arraycopy(group, 0, into, length, group.length);
      length += group.length;
    }
    return length;
  }

  private static byte[] parseGroup(String group, boolean last) {
    if (last && group.contains(".")) {
      return parseIp4(group);
    }
    int number = Digits.parse(group, 16, 4, 0xffff);
    return number < 0 ? NOT_AN_ADDRESS : new byte[] {(byte) (number >> 8), (byte) number};
  }

  static String printIp6(byte[] address) {
    if (Arrays.equals(address, 0, IP4_MAPPED.length, IP4_MAPPED, 0, IP4_MAPPED.length)) {
      return "::ffff:" + printIp4(Arrays.copyOfRange(address, IP4_MAPPED.length, IP6_BYTES));
    }
    int[] gap = longestZeros(address);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap[0]) {
        text.append("::");
        i += gap[1] - 1;
      } else {
        boolean first = i == 0 || i == gap[0] + gap[1];
        text.append(first ? "" : ":").append(Integer.toHexString(group(address, i)));
      }
    }
    return text.toString();
  }

  /** Where the first of the longest runs of two or more zero groups is, and its length. */
  private static int[] longestZeros(byte[] address) {
    int[] best = {-1, 1};
    int start = 0;
    for (int i = 0; i < GROUPS; i++) {
      if (group(address, i) != 0) {
        start = i + 1;
      } else if (i + 1 - start > best[1]) {
        best = new int[] {start, i + 1 - start};
      }
    }
    return best;
  }

  private static int group(byte[] address, int index) {
    return (address[2 * index] & 0xff) << 8 | (address[2 * index + 1] & 0xff);
  }
}
