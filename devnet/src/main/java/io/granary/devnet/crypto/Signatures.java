package io.granary.devnet.crypto;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import java.util.Arrays;

/** Checks signatures by wallet keys. */
public final class Signatures {
  private Signatures() {}

  /** Whether the key of {@code signer}, an f1 or f3 address, signed {@code data}. */
  public static boolean verify(Signature signature, Address signer, Bytes data) {
    byte[] address = signer.bytes().toArray();
    byte[] value = signature.data().toArray();
    return switch (signature.kind()) {
      case BLS ->
          signer.protocol() == 3
              && BlsKey.verify(
                  Arrays.copyOfRange(address, 1, address.length), data.toArray(), value);
      case SECP256K1 ->
          signer.protocol() == 1 && Secp256k1Key.verify(signer, data.toArray(), value);
      case DELEGATED -> false;
    };
  }
}
