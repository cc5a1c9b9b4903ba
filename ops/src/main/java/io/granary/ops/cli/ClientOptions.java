package io.granary.ops.cli;

import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.DealBook;
import io.granary.bridge.file.OwnerOnlyFile;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every client command: where its folder is, and how its keys are opened. */
final class ClientOptions {
  private static final int PASSPHRASE_BYTES_MAX = 4096;
  private static final int PASSPHRASE_LENGTH_MIN = 8;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      defaultValue = "${env:GRANARY_CLIENT_HOME:-${sys:user.home}/.granary/client}",
      description = "The client's folder (default: $GRANARY_CLIENT_HOME, else ~/.granary/client).")
  private Path home = Path.of(".granary");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "Take the passphrase of the keys from this file's first line, not from the terminal; the"
              + " file must be its owner's only.")
  private Optional<Path> passphraseFile = Optional.empty();

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  Path home() {
    return home;
  }

  Path walletKey() {
    return home.resolve("client.key");
  }

  Path recipientKey() {
    return home.resolve("recipient.key");
  }

  DealBook book() {
    return new DealBook(home);
  }

  /** The passphrase of an existing key. */
  char[] passphrase(Path key) {
    return passphraseFile.isPresent()
        ? fromFile(passphraseFile.get())
        : ask("Passphrase of " + key);
  }

  /** The passphrase for a new key, asked for twice. */
  char[] newPassphrase(Path key) {
    char[] words;
    if (passphraseFile.isPresent()) {
      words = fromFile(passphraseFile.get());
    } else {
      words = ask("New passphrase for " + key);
      char[] again = ask("The same again");
      if (!Arrays.equals(words, again)) {
        throw new ClientException("the two passphrases differ");
      }
    }
    if (words.length < PASSPHRASE_LENGTH_MIN) {
      throw new ClientException(
          "the passphrase must have at least " + PASSPHRASE_LENGTH_MIN + " characters");
    }
    return words;
  }

  // From Java 22 on a console without a terminal answers no passphrase, instead of being none.
  @SuppressWarnings("SystemConsoleNull")
  private static char[] ask(String prompt) {
    Console console = System.console();
    if (console == null) {
      throw new ClientException("no terminal to ask for the passphrase: use --passphrase-file");
    }
    char[] words = console.readPassword("%s: ", prompt);
    if (words == null) {
      throw new ClientException("no passphrase was given");
    }
    return words;
  }

  private static char[] fromFile(Path file) {
    try {
      byte[] bytes = OwnerOnlyFile.read(file, PASSPHRASE_BYTES_MAX);
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      Arrays.fill(bytes, (byte) 0);
      int length = 0;
      while (length < text.length() && text.charAt(length) != '\n' && text.charAt(length) != '\r') {
        length++;
      }
      char[] line = new char[length];
      text.get(line);
      return line;
    } catch (CharacterCodingException e) {
      throw new ClientException("passphrase file " + file + " is no UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read passphrase file " + file, e);
    }
  }
}
