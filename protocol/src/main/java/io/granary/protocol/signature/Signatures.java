package io.granary.protocol.signature;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.hash.Blake2b;
import io.granary.protocol.hash.Keccak;

/**
 * Checks signatures against the address of their key. Nothing is added to the data: it is checked
 * as it was received.
 *
 * <table>
 *   <caption>The rules (filecoin-project/lotus lib/sigs)</caption>
 *   <tr><td>secp256k1</td><td>over BLAKE2b-256 of the data; the recovered key's f1 address</td></tr>
 *   <tr><td>BLS</td><td>over the data; the key is the f3 address's payload</td></tr>
 *   <tr><td>delegated</td><td>over Keccak-256 of the data; the f410 address of the recovered key's
 *       Ethereum address</td></tr>
 * </table>
 */
public final class Signatures {
  private static final int ETHEREUM_ADDRESS_BYTES = 20;

  private Signatures() {}

  /**
   * Whether the key of {@code signer} signed {@code data}. False for every address that names no
   * key (f0, f2, f4 outside namespace 10), for a signature of another kind than the address's, and
   * for bytes that are no signature.
   */
  public static boolean verify(Signature signature, Address signer, Bytes data) {
    return switch (signature.kind()) {
      case BLS ->
          signer.protocol() == 3
              && BlsKey.verify(
                  signer.payload().toArray(), data.toArray(), signature.data().toArray());
      case SECP256K1 ->
          Secp256k1.recover(Blake2b.hash256(data), signature.data())
              .map(Address::ofSecp256k1Key)
              .filter(signer::equals)
              .isPresent();
      case DELEGATED ->
          Secp256k1.recover(Keccak.hash256(data), signature.data())
              .map(Signatures::ethereumAddress)
              .filter(signer::equals)
              .isPresent();
    };
  }

  /** The f410 address of a 65-byte uncompressed key: its first byte, 04, is not hashed. */
  static Address ethereumAddress(Bytes publicKey) {
    Bytes hash = Keccak.hash256(publicKey.slice(1, publicKey.length() - 1));
    return Address.ofEthereum(
        hash.slice(hash.length() - ETHEREUM_ADDRESS_BYTES, ETHEREUM_ADDRESS_BYTES));
  }
}
