package io.granary.bridge.libp2p.peer;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import org.jspecify.annotations.Nullable;

/**
 * The Protobuf form that public and private keys share (libp2p specs, peer-ids: messages {@code
 * PublicKey} and {@code PrivateKey}): 1 type, 2 data, both always there. Holds secrets when the key
 * is private, so it has no text of its own.
 */
final class KeyMessage {
  /** The longest encoded key that is looked at; a private RSA key of 8192 bits has 4.7 KB. */
  static final int BYTES_MAX = 8 * 1024;

  private static final int TYPE = 1;
  private static final int DATA = 2;

  private final KeyType type;
  private final byte[] data;

  private KeyMessage(KeyType type, byte[] data) {
    this.type = type;
    this.data = data;
  }

  static KeyMessage decode(byte[] protobuf, String what) {
    if (protobuf.length > BYTES_MAX) {
      throw new PeerFormatException(what + ": " + protobuf.length + " bytes, at most " + BYTES_MAX);
    }
    try {
      return read(new ProtoReader(protobuf, what), what);
    } catch (CodecException e) {
      throw new PeerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static KeyMessage read(ProtoReader in, String what) {
    @Nullable KeyType type = null;
    byte @Nullable [] data = null;
    while (in.next()) {
      switch (in.field()) {
        case TYPE -> type = KeyType.of(in.varint());
        case DATA -> data = in.bytes(BYTES_MAX);
        default -> in.skip();
      }
    }
    if (type == null) {
      throw new PeerFormatException(what + ": no type");
    }
    if (data == null) {
      throw new PeerFormatException(what + ": no data");
    }
    return new KeyMessage(type, data);
  }

  static byte[] encode(KeyType type, byte[] data) {
    return new ProtoWriter().varint(TYPE, type.number()).bytes(DATA, data).toBytes();
  }

  KeyType type() {
    return type;
  }

  byte[] data() {
    return data;
  }
}
