package io.granary.ops.cli;

import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.DealSigner;
import io.granary.bridge.client.secret.RecipientKey;
import io.granary.bridge.client.secret.RecipientKeyFile;
import io.granary.bridge.client.secret.WalletKeyFile;
import io.granary.protocol.address.Address;
import io.granary.protocol.port.ChainGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** Opens the client's keys. */
final class ClientKeys {
  private ClientKeys() {}

  /** The signer of the chain node's wallet when one is named, else the key file's. */
  static DealSigner signer(
      ClientOptions options, Optional<Address> wallet, ChainGateway chain, Duration limit) {
    if (wallet.isPresent()) {
      return DealSigner.inNode(chain, wallet.get(), limit);
    }
    Path file = options.walletKey();
    if (!Files.exists(file)) {
      throw new ClientException(
          "no key to sign with: `granary client key new`, or --wallet for one of the chain node's");
    }
    char[] words = options.passphrase(file);
    try {
      return DealSigner.of(WalletKeyFile.read(file, words));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } finally {
      Arrays.fill(words, '\0');
    }
  }

  /** Who signs for a client of before: the key file when it has that address, else the node. */
  static DealSigner signerOf(
      ClientOptions options, Address client, ChainGateway chain, Duration limit) {
    Path file = options.walletKey();
    try {
      boolean ours = Files.exists(file) && WalletKeyFile.address(file).equals(client);
      return signer(options, ours ? Optional.empty() : Optional.of(client), chain, limit);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The recipient's key. */
  static RecipientKey recipient(ClientOptions options) {
    Path file = options.recipientKey();
    char[] words = options.passphrase(file);
    try {
      return RecipientKeyFile.read(file, words);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } finally {
      Arrays.fill(words, '\0');
    }
  }
}
