package io.granary.bridge.libp2p.secure;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.bridge.libp2p.peer.PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code NoiseHandshakePayload} of libp2p/specs {@code noise/README.md}: the identity key, its
 * signature over the sender's static Noise key, and the muxers the sender speaks. Unknown fields
 * are passed over.
 *
 * @param muxers in the sender's order of preference; empty when absent or ignored
 */
record NoisePayload(PublicKey identityKey, List<String> muxers) {
  private static final byte[] SIGNED_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  private static final int IDENTITY_KEY = 1;
  private static final int IDENTITY_SIGNATURE = 2;
  private static final int EXTENSIONS = 4;
  private static final int STREAM_MUXERS = 2;

  /** This side's payload. */
  static byte[] encode(Identity identity, byte[] staticKey, List<String> muxers) {
    ProtoWriter payload =
        new ProtoWriter()
            .bytes(IDENTITY_KEY, identity.publicKey().encode())
            .bytes(IDENTITY_SIGNATURE, identity.sign(signedBytes(staticKey)));
    if (!muxers.isEmpty()) {
      ProtoWriter extensions = new ProtoWriter();
      muxers.forEach(muxer -> extensions.text(STREAM_MUXERS, muxer));
      payload.bytes(EXTENSIONS, extensions.toBytes());
    }
    return payload.toBytes();
  }

  /**
   * Reads and verifies the remote's payload.
   *
   * @param staticKey the remote's static Noise key, which the signature must be over
   * @param muxersMax a longer list is taken for none
   * @throws HandshakeException when it is malformed or the signature is not the key's
   */
  static NoisePayload verified(byte[] payload, byte[] staticKey, int muxersMax) {
    byte[] key = new byte[0];
    byte[] signature = new byte[0];
    List<String> muxers = new ArrayList<>();
    try {
      ProtoReader in = new ProtoReader(payload, "noise payload");
      while (in.next()) {
        switch (in.field()) {
          case IDENTITY_KEY -> key = in.bytes(PublicKey.ENCODED_BYTES_MAX);
          case IDENTITY_SIGNATURE -> signature = in.bytes(payload.length);
          case EXTENSIONS -> readMuxers(in.message("noise extensions"), payload.length, muxers);
          default -> in.skip();
        }
      }
      PublicKey identity = PublicKey.decode(key);
      if (!identity.verify(signedBytes(staticKey), signature)) {
        throw new HandshakeException("identity key did not sign the remote's Noise key");
      }
      return new NoisePayload(
          identity, muxers.size() > muxersMax ? List.of() : List.copyOf(muxers));
    } catch (CodecException | PeerFormatException e) {
      throw new HandshakeException("bad handshake payload: " + e.getMessage(), e);
    }
  }

  private static void readMuxers(ProtoReader in, int bytesMax, List<String> muxers) {
    while (in.next()) {
      if (in.field() == STREAM_MUXERS) {
        muxers.add(in.text(bytesMax));
      }
    }
  }

  static byte[] signedBytes(byte[] staticKey) {
    byte[] signed = Arrays.copyOf(SIGNED_PREFIX, SIGNED_PREFIX.length + staticKey.length);
    System.arraycopy(staticKey, 0, signed, SIGNED_PREFIX.length, staticKey.length);
    return signed;
  }
}
