package io.granary.protocol.address;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;

/**
 * A Filecoin address: one protocol byte and its payload (go-address). Text and byte forms are
 * strict: what decodes re-encodes to the same text.
 */
public record Address(Bytes bytes) {

  /** The f0 address of an actor. */
  public static Address ofId(ActorId id) {
    byte[] buffer = new byte[11];
    int length = 1;
    long rest = id.value();
    do {
      int low = (int) (rest & 0x7f);
      rest >>>= 7;
      buffer[length++] = (byte) (rest == 0 ? low : low | 0x80);
    } while (rest != 0);
    return new Address(Bytes.of(buffer, 0, length));
  }

  /** 0 to 4. */
  public int protocol() {
    return bytes.at(0);
  }
}
