package io.granary.bridge.libp2p.codec;

import io.netty.buffer.ByteBuf;

/**
 * The length in front of a message, an unsigned varint in its one shortest form (multiformats
 * unsigned-varint), read from bytes that may still be arriving.
 */
public final class LengthPrefix {
  /** What {@link #read} gives when the length is not all there yet. */
  public static final int MORE_NEEDED = -1;

  private static final int BYTES_MAX = 3;
  private static final int GROUP = 0x7f;
  private static final int MORE = 0x80;
  private static final int GROUP_BITS = 7;

  private LengthPrefix() {}

  /**
   * Reads a length and leaves {@code in} behind what it has looked at, also when more is needed.
   *
   * @param bytesMax of the message, below 2 MiB; a longer one is refused as soon as that is certain
   * @param field what the message is called when it is refused
   * @throws CodecException when no continuation could make it a length within {@code bytesMax}
   */
  public static int read(ByteBuf in, int bytesMax, String field) {
    int length = 0;
    for (int i = 0; in.isReadable(); i++) {
      int octet = in.readUnsignedByte();
      length |= (octet & GROUP) << (GROUP_BITS * i);
      if (length > bytesMax) {
        throw new CodecException(field + " above " + bytesMax + " bytes");
      }
      boolean last = octet < MORE;
      if (last && (octet > 0 || i == 0)) {
        return length;
      }
      if (last || i == BYTES_MAX - 1) {
        throw new CodecException(field + " with an over-long length");
      }
    }
    return MORE_NEEDED;
  }
}
