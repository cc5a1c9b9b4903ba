package io.granary.bridge.libp2p.peer;

import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * Who we are to other peers: an Ed25519 key and the peer id it makes. The id stands on chain in the
 * miner's state, so the key has to outlive every restart: {@link #loadOrCreate}. Immutable.
 */
public final class Identity {
  private final PrivateKey key;
  private final PeerId peerId;

  private Identity(PrivateKey key) {
    this.key = key;
    this.peerId = PeerId.of(key.publicKey());
  }

  /** A new identity by the platform's secure random numbers. */
  public static Identity generate() {
    byte[] seed = new byte[Ed25519Scheme.SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    return ofSeed(seed);
  }

  /**
   * The identity of a seed (RFC 8032 private key) of 32 bytes.
   *
   * @throws PeerFormatException for another length
   */
  public static Identity ofSeed(byte[] seed32) {
    return new Identity(PrivateKey.ofSeed(seed32));
  }

  /**
   * The identity of a key made elsewhere, such as by go-libp2p.
   *
   * @throws PeerFormatException unless it is Ed25519
   */
  public static Identity of(PrivateKey key) {
    if (key.type() != KeyType.ED25519) {
      throw new PeerFormatException("identity: expected an ED25519 key, got " + key.type());
    }
    return new Identity(key);
  }

  /**
   * The identity in {@code file}; when there is none, makes one and writes it there. The file is a
   * Protobuf {@code PrivateKey}, as go-libp2p writes it (64 bytes of data, or the older 96), so a
   * provider that moves here may bring the key it has.
   *
   * <p>A new file can be read by its owner only from its first moment, is complete and on the disk
   * before it has its name, and never takes the place of another: when two processes start at once,
   * both end with the same identity.
   *
   * @throws IdentityFileException naming {@code file} when others than its owner have any right to
   *     it, when it is damaged, or when it can not be read or written
   */
  public static Identity loadOrCreate(Path file) {
    return new IdentityFile(file).loadOrCreate();
  }

  /** Our name. */
  public PeerId peerId() {
    return peerId;
  }

  /** The key others check our signatures with. */
  public PublicKey publicKey() {
    return key.publicKey();
  }

  /** Our signature over {@code message}: 64 bytes (RFC 8032). */
  public byte[] sign(byte[] message) {
    return key.sign(message);
  }

  /** What {@link IdentityFile} writes: a secret. */
  byte[] encode() {
    return key.encode();
  }

  /** The peer id. */
  @Override
  public String toString() {
    return peerId.toString();
  }
}
