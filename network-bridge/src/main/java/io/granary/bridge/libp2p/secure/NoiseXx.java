package io.granary.bridge.libp2p.secure;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The XX pattern with an empty prologue (The Noise Protocol Framework, revision 34, section 7.5):
 *
 * <pre>
 * dialer → listener   e
 * listener → dialer   e, ee, s, es
 * dialer → listener   s, se
 * </pre>
 *
 * The three messages are written and read strictly in turn. One handshake, one thread.
 */
final class NoiseXx {
  private static final int KEY_BYTES = X25519Pair.KEY_BYTES;
  private static final int SEALED_KEY_BYTES = KEY_BYTES + SymmetricState.TAG_BYTES;

  private final boolean dialer;
  private final X25519Pair statics;
  private final X25519Pair ephemeral;
  private final SymmetricState state = new SymmetricState();
  private byte[] remoteEphemeral = new byte[0];
  private byte[] remoteStatic = new byte[0];
  private int messages;

  NoiseXx(boolean dialer, X25519Pair statics, X25519Pair ephemeral) {
    this.dialer = dialer;
    this.statics = statics;
    this.ephemeral = ephemeral;
    state.mixHash(new byte[0]); // the prologue
  }

  /** With keys that nobody has used before. */
  static NoiseXx fresh(boolean dialer) {
    return new NoiseXx(dialer, X25519Pair.generate(), X25519Pair.generate());
  }

  boolean isMyTurn() {
    return messages < 3 && (messages % 2 == 0) == dialer;
  }

  boolean isFinished() {
    return messages == 3;
  }

  byte[] localStatic() {
    return statics.publicKey();
  }

  /** The remote's static key; empty before the message that brings it. */
  byte[] remoteStatic() {
    return remoteStatic;
  }

  byte[] handshakeHash() {
    return state.hash();
  }

  byte[] write(byte[] payload) {
    requireTurn(true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (messages < 2) {
      out.writeBytes(ephemeral.publicKey());
      state.mixHash(ephemeral.publicKey());
    }
    if (messages == 1) {
      state.mixKey(ephemeral.agree(remoteEphemeral)); // ee
      out.writeBytes(state.encryptAndHash(statics.publicKey()));
      state.mixKey(statics.agree(remoteEphemeral)); // es
    } else if (messages == 2) {
      out.writeBytes(state.encryptAndHash(statics.publicKey()));
      state.mixKey(statics.agree(remoteEphemeral)); // se
    }
    out.writeBytes(state.encryptAndHash(payload));
    messages++;
    return out.toByteArray();
  }

  /**
   * Reads the remote's next message and returns its payload.
   *
   * @throws HandshakeException when it is too short or does not authenticate
   */
  byte[] read(byte[] message) {
    requireTurn(false);
    int position = 0;
    if (messages < 2) {
      remoteEphemeral = part(message, 0, KEY_BYTES);
      position = KEY_BYTES;
      state.mixHash(remoteEphemeral);
    }
    if (messages == 1) {
      state.mixKey(ephemeral.agree(remoteEphemeral)); // ee
    }
    if (messages > 0) {
      remoteStatic = state.decryptAndHash(part(message, position, SEALED_KEY_BYTES));
      position += SEALED_KEY_BYTES;
      state.mixKey(ephemeral.agree(remoteStatic)); // es or se
    }
    int tag = state.hasKey() ? SymmetricState.TAG_BYTES : 0;
    if (message.length - position < tag) {
      throw tooShort(message);
    }
    byte[] payload = state.decryptAndHash(Arrays.copyOfRange(message, position, message.length));
    messages++;
    return payload;
  }

  /** The transport keys, dialer → listener first. */
  byte[][] split() {
    if (!isFinished()) {
      throw new IllegalStateException("handshake stands at message " + messages);
    }
    return state.split();
  }

  private static byte[] part(byte[] message, int from, int length) {
    if (message.length - from < length) {
      throw tooShort(message);
    }
    return Arrays.copyOfRange(message, from, from + length);
  }

  private static HandshakeException tooShort(byte[] message) {
    return new HandshakeException("handshake message of " + message.length + " bytes is too short");
  }

  private void requireTurn(boolean mine) {
    if (isFinished() || isMyTurn() != mine) {
      throw new IllegalStateException("out of turn after message " + messages);
    }
  }
}
