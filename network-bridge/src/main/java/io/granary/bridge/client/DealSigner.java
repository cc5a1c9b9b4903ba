package io.granary.bridge.client;

import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.signature.Signatures;
import io.granary.protocol.signature.WalletKey;
import java.time.Duration;

/** The key of a deal's client, wherever it lies. */
public interface DealSigner {
  /** The f1 or f3 address that signs and pays. */
  Address address();

  /**
   * Signs {@code data} as it stands.
   *
   * @throws ClientException when the wallet does not
   */
  Signature sign(Bytes data);

  /** A key of our own. */
  static DealSigner of(WalletKey key) {
    return new DealSigner() {
      @Override
      public Address address() {
        return key.address();
      }

      @Override
      public Signature sign(Bytes data) {
        return key.sign(data);
      }
    };
  }

  /**
   * A key in a chain node's wallet (WalletSign). What the node returns is checked before it is
   * used.
   *
   * @param limit for the node's answer
   */
  static DealSigner inNode(ChainGateway chain, Address address, Duration limit) {
    return new DealSigner() {
      @Override
      public Address address() {
        return address;
      }

      @Override
      public Signature sign(Bytes data) {
        Signature signature =
            Waiting.get(
                chain.walletSign(address, data), limit, "the chain node signing for " + address);
        if (!Signatures.verify(signature, address, data)) {
          throw new ClientException("the chain node's signature is not that of " + address);
        }
        return signature;
      }
    };
  }
}
