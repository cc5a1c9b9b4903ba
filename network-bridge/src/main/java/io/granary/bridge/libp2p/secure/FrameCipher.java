package io.granary.bridge.libp2p.secure;

/**
 * ChaCha20-Poly1305 (RFC 8439) for one direction of a session: the nonce counts messages from 0,
 * there is no associated data. Not thread-safe; the event loop owns it.
 */
abstract sealed class FrameCipher permits JdkFrameCipher {
  static final int NONCE_BYTES = 12;

  private long nonce;

  /** Encrypts {@code length} bytes and appends the tag; {@code out} must not overlap {@code in}. */
  final void seal(byte[] in, int offset, int length, byte[] out, int outOffset) {
    seal(takeNonce(), in, offset, length, out, outOffset);
  }

  /**
   * Checks the tag and decrypts. Nothing that was written to {@code out} may be used after a
   * failure.
   *
   * @param length with the tag, so at least 16
   * @throws FrameException when the tag does not fit
   */
  final void open(byte[] in, int offset, int length, byte[] out, int outOffset) {
    open(takeNonce(), in, offset, length, out, outOffset);
  }

  abstract void seal(long nonce, byte[] in, int offset, int length, byte[] out, int outOffset);

  abstract void open(long nonce, byte[] in, int offset, int length, byte[] out, int outOffset);

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
