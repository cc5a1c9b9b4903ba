package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.secret.ScryptCost;
import io.granary.bridge.client.secret.WalletKeyFile;
import io.granary.bridge.file.OwnerOnlyFile;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary client key}: the key that signs deals. */
@Command(
    name = "key",
    description = "The key that signs deals, in an encrypted file of the client's folder.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ClientKeyCommand {
  private static final int EXPORT_BYTES_MAX = 4096;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** The kinds of keys that can be kept. */
  enum Kind {
    SECP256K1,
    BLS
  }

  @Command(
      name = "new",
      description = {
        "Make a key, locked with a passphrase.",
        "Copy the file: without it and its passphrase nobody can sign for its address again."
      },
      mixinStandardHelpOptions = true)
  int create(
      @Mixin ClientOptions options,
      @Option(
              names = "--kind",
              paramLabel = "KIND",
              defaultValue = "secp256k1",
              description = "secp256k1 (f1…) or bls (f3…); default: ${DEFAULT-VALUE}.")
          Kind kind) {
    requireNone(options.walletKey());
    WalletKey key =
        WalletKeyFile.generate(kind == Kind.BLS ? Signature.Kind.BLS : Signature.Kind.SECP256K1);
    return keep(options, key);
  }

  @Command(
      name = "import",
      description = "Take a key as `lotus wallet export` prints it, locked with a passphrase.",
      mixinStandardHelpOptions = true)
  int take(
      @Mixin ClientOptions options,
      @Parameters(
              paramLabel = "FILE",
              description = "The file with the exported key; it must be its owner's only.")
          Path file) {
    requireNone(options.walletKey());
    try {
      byte[] export = OwnerOnlyFile.read(file, EXPORT_BYTES_MAX);
      return keep(
          options, WalletKeyFile.ofLotusExport(new String(export, StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static void requireNone(Path file) {
    if (Files.exists(file)) {
      throw new ClientException(file + " exists already and is never replaced");
    }
  }

  private int keep(ClientOptions options, WalletKey key) {
    char[] words = options.newPassphrase(options.walletKey());
    try {
      WalletKeyFile.write(options.walletKey(), key, words, ScryptCost.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + options.walletKey(), e);
    } finally {
      Arrays.fill(words, '\0');
    }
    return print(options, key.address());
  }

  @Command(
      name = "show",
      description = "Show the address of the key; its passphrase is not needed.",
      mixinStandardHelpOptions = true)
  int show(@Mixin ClientOptions options) {
    try {
      return print(options, WalletKeyFile.address(options.walletKey()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + options.walletKey(), e);
    }
  }

  private int print(ClientOptions options, Address address) {
    if (options.json()) {
      NodeOptions.printJson(
          spec.commandLine().getOut(),
          JsonNodeFactory.instance
              .objectNode()
              .put("address", address.toString())
              .put(
                  "kind",
                  (address.protocol() == 1 ? Kind.SECP256K1 : Kind.BLS)
                      .name()
                      .toLowerCase(Locale.ROOT))
              .put("file", options.walletKey().toString()));
    } else {
      spec.commandLine().getOut().println(address);
    }
    return 0;
  }
}
