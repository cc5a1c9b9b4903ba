package io.granary.bridge.libp2p.peer;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A payload that a peer has signed for one purpose (libp2p RFC 0002, signed envelopes). The purpose
 * is a domain that is part of what is signed and does not travel: {@code libp2p-peer-record}, or
 * {@code indexer} for IPNI. An envelope proves nothing before {@link #isSignedFor} says so.
 *
 * @param publicKey the key of the signer
 * @param payloadType what the payload is, a multicodec
 * @param payload what is signed
 * @param signature over domain, type and payload
 */
public record SignedEnvelope(
    PublicKey publicKey, Bytes payloadType, Bytes payload, Bytes signature) {
  /** The longest envelope that is looked at, in bytes: what identify may send in one message. */
  public static final int BYTES_MAX = 8 * 1024;

  private static final int PUBLIC_KEY = 1;
  private static final int PAYLOAD_TYPE = 2;
  private static final int PAYLOAD = 3;
  private static final int SIGNATURE = 5;

  /** Signs {@code payload} for {@code domain}. */
  public static SignedEnvelope sign(
      Identity signer, String domain, Bytes payloadType, Bytes payload) {
    byte[] signature = signer.sign(signedBytes(domain, payloadType, payload).toArray());
    return new SignedEnvelope(signer.publicKey(), payloadType, payload, Bytes.of(signature));
  }

  /**
   * Reads the Protobuf {@code Envelope}; the signature is not looked at.
   *
   * @throws PeerFormatException when it is none, longer than {@link #BYTES_MAX}, or lacks a part
   */
  public static SignedEnvelope decode(byte[] protobuf) {
    if (protobuf.length > BYTES_MAX) {
      throw new PeerFormatException(
          "envelope: " + protobuf.length + " bytes, at most " + BYTES_MAX);
    }
    try {
      return read(new ProtoReader(protobuf, "envelope"));
    } catch (CodecException e) {
      throw new PeerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static SignedEnvelope read(ProtoReader in) {
    @Nullable PublicKey key = null;
    Bytes type = Bytes.empty();
    Bytes payload = Bytes.empty();
    Bytes signature = Bytes.empty();
    while (in.next()) {
      switch (in.field()) {
        case PUBLIC_KEY -> key = PublicKey.decode(in.bytes(PublicKey.ENCODED_BYTES_MAX));
        case PAYLOAD_TYPE -> type = Bytes.of(in.bytes(BYTES_MAX));
        case PAYLOAD -> payload = Bytes.of(in.bytes(BYTES_MAX));
        case SIGNATURE -> signature = Bytes.of(in.bytes(BYTES_MAX));
        default -> in.skip();
      }
    }
    if (key == null || type.isEmpty() || signature.isEmpty()) {
      throw new PeerFormatException("envelope: lacks its key, payload type or signature");
    }
    return new SignedEnvelope(key, type, payload, signature);
  }

  /** The Protobuf {@code Envelope}. */
  public byte[] encode() {
    return new ProtoWriter()
        .bytes(PUBLIC_KEY, publicKey.encode())
        .bytes(PAYLOAD_TYPE, payloadType.toArray())
        .bytes(PAYLOAD, payload.toArray())
        .bytes(SIGNATURE, signature.toArray())
        .toBytes();
  }

  /** Whether the signature is that of {@link #publicKey} over this payload for {@code domain}. */
  public boolean isSignedFor(String domain) {
    byte[] signed = signedBytes(domain, payloadType, payload).toArray();
    return publicKey.verify(signed, signature.toArray());
  }

  /** The peer that signed, when {@link #isSignedFor} holds. */
  public PeerId signer() {
    return PeerId.of(publicKey);
  }

  /** Domain, type and payload, each after its length. */
  static Bytes signedBytes(String domain, Bytes payloadType, Bytes payload) {
    Bytes domainBytes = Bytes.of(domain.getBytes(StandardCharsets.UTF_8));
    return Bytes.concat(
        Varint.encode(domainBytes.length()),
        domainBytes,
        Varint.encode(payloadType.length()),
        payloadType,
        Varint.encode(payload.length()),
        payload);
  }
}
