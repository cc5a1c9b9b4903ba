package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.client.secret.Recipient;
import io.granary.bridge.client.secret.RecipientKey;
import io.granary.bridge.client.secret.RecipientKeyFile;
import io.granary.bridge.client.secret.ScryptCost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code granary client recipient}: the key that encrypted content is opened with. */
@Command(
    name = "recipient",
    description = "The key that opens what was stored with --encrypt-for.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class ClientRecipientCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "new",
      description = {
        "Make a recipient's key, locked with a passphrase, and show its public half, granary1….",
        "Copy the file: what is encrypted for it can be opened with nothing else."
      },
      mixinStandardHelpOptions = true)
  int create(@Mixin ClientOptions options) {
    RecipientKey key = RecipientKey.generate();
    char[] words = options.newPassphrase(options.recipientKey());
    try {
      RecipientKeyFile.write(options.recipientKey(), key, words, ScryptCost.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + options.recipientKey(), e);
    } finally {
      Arrays.fill(words, '\0');
    }
    return print(options, key.recipient());
  }

  @Command(
      name = "show",
      description = "Show the public half, which others encrypt for; no passphrase is needed.",
      mixinStandardHelpOptions = true)
  int show(@Mixin ClientOptions options) {
    try {
      return print(options, RecipientKeyFile.recipient(options.recipientKey()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + options.recipientKey(), e);
    }
  }

  private int print(ClientOptions options, Recipient recipient) {
    if (options.json()) {
      NodeOptions.printJson(
          spec.commandLine().getOut(),
          JsonNodeFactory.instance
              .objectNode()
              .put("recipient", recipient.toString())
              .put("file", options.recipientKey().toString()));
    } else {
      spec.commandLine().getOut().println(recipient);
    }
    return 0;
  }
}
