package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * ChaCha20-Poly1305 (RFC 8439) for one direction of a session: the nonce counts messages from 0,
 * there is no associated data. Not thread-safe; the event loop owns it. Readers' indices stay where
 * they are; what is made is appended.
 */
abstract sealed class FrameCipher permits JdkFrameCipher, ConscryptFrameCipher {
  static final int NONCE_BYTES = 12;

  private long nonce;

  /**
   * Encrypts the next {@code bytes} of {@code in} and appends them with their tag.
   *
   * @param bytes at most a frame's
   * @param out with room for them and the tag; best one for I/O
   */
  final void seal(ByteBuf in, int bytes, ByteBuf out) {
    seal(takeNonce(), in, bytes, out);
  }

  /**
   * Checks the tag and decrypts into a buffer, which is the caller's.
   *
   * @param bytes with the tag: 16 at least, a frame's at most
   * @throws FrameException when the tag does not fit
   */
  final ByteBuf open(ByteBuf in, int bytes, ByteBufAllocator allocator) {
    int plainBytes = bytes - SymmetricState.TAG_BYTES;
    ByteBuf out = plain(Math.max(plainBytes, 1), allocator);
    try {
      open(takeNonce(), in, bytes, out);
      return out.writerIndex(plainBytes);
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
  }

  /** An empty buffer of the kind that can be decrypted into. */
  abstract ByteBuf plain(int bytes, ByteBufAllocator allocator);

  abstract void seal(long nonce, ByteBuf in, int bytes, ByteBuf out);

  /** Into the first bytes of {@code out}, whose writer index the caller sets. */
  abstract void open(long nonce, ByteBuf in, int bytes, ByteBuf out);

  static FrameException forged(long nonce) {
    return new FrameException("frame " + Long.toUnsignedString(nonce) + " does not authenticate");
  }

  /** The counter, little-endian, in the last eight of the twelve bytes. */
  static byte[] nonceBytes(long nonce) {
    byte[] bytes = new byte[NONCE_BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[NONCE_BYTES - Long.BYTES + i] = (byte) (nonce >>> (8 * i));
    }
    return bytes;
  }

  private long takeNonce() {
    if (nonce == -1) { // 2^64 - 1 is reserved
      throw new FrameException("all nonces of the session are used up");
    }
    return nonce++;
  }
}
