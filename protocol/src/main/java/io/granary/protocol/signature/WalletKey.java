package io.granary.protocol.signature;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;

/** A private key of the wallet. */
public sealed interface WalletKey permits BlsKey, Secp256k1Key {
  Signature.Kind kind();

  /** The f1 or f3 address of its public key. */
  Address address();

  /** Signs {@code data} as it stands: no domain prefix is added (recorded WalletSign). */
  Signature sign(Bytes data);

  /** 32 bytes: little-endian for BLS, big-endian for secp256k1 (chain.md 1.8). */
  Bytes privateKey();

  /**
   * The key of {@code privateKey}, in the byte order {@link #privateKey} gives.
   *
   * @throws IllegalArgumentException for a kind without wallet keys or a wrong length
   */
  static WalletKey of(Signature.Kind kind, Bytes privateKey) {
    return switch (kind) {
      case BLS -> BlsKey.ofPrivateKey(privateKey);
      case SECP256K1 -> Secp256k1Key.ofPrivateKey(privateKey);
      case DELEGATED ->
          throw new IllegalArgumentException("key kind: delegated keys are not kept here");
    };
  }

  /** A key derived from at least 32 bytes of {@code seed}: equal seeds give equal keys. */
  static WalletKey derive(Signature.Kind kind, byte[] seed) {
    return switch (kind) {
      case BLS -> BlsKey.derive(seed);
      case SECP256K1 -> Secp256k1Key.derive(seed);
      case DELEGATED ->
          throw new IllegalArgumentException("key kind: delegated keys are not kept here");
    };
  }
}
