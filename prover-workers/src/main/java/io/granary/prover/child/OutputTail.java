package io.granary.prover.child;

import java.nio.charset.StandardCharsets;

/** The last bytes of a child's stderr, in a ring, for error reports. Thread-safe. */
final class OutputTail {
  private final byte[] ring;
  private long written;

  OutputTail(int capacityBytes) {
    this.ring = new byte[capacityBytes];
  }

  synchronized void append(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (written++ % ring.length)] = bytes[i];
    }
  }

  /** The bytes kept, as text; from the first whole line when older ones were dropped. */
  synchronized String text() {
    int length = (int) Math.min(written, ring.length);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = ring[(int) ((written - length + i) % ring.length)];
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (written > ring.length) {
      text = "… " + text.substring(text.indexOf('\n') + 1);
    }
    return text.strip();
  }
}
