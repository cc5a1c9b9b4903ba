package io.granary.bridge.client.secret;

import java.io.IOException;
import java.nio.file.Path;

/** A recipient's key in a {@link SealedSecret}. */
public final class RecipientKeyFile {
  private static final String KIND = "x25519";

  private RecipientKeyFile() {}

  /**
   * Keeps {@code key} in a new file.
   *
   * @throws SecretException when there is a file of that name
   */
  public static void write(Path file, RecipientKey key, char[] passphrase, ScryptCost cost)
      throws IOException {
    SealedSecret.seal(KIND, key.recipient().toString(), key.secret(), passphrase, cost).write(file);
  }

  /**
   * The recipient whose key lies in {@code file}; no passphrase is needed.
   *
   * @throws SecretException when others can read the file, or it is no recipient's key
   */
  public static Recipient recipient(Path file) throws IOException {
    return Recipient.parse(require(file).name());
  }

  /**
   * The key.
   *
   * @throws SecretException when others can read the file, it is no recipient's key, or the
   *     passphrase is another one
   */
  public static RecipientKey read(Path file, char[] passphrase) throws IOException {
    SealedSecret sealed = require(file);
    RecipientKey key = RecipientKey.of(sealed.open(passphrase, file));
    if (!key.recipient().toString().equals(sealed.name())) {
      throw new SecretException(file + ": the key inside is not that of " + sealed.name());
    }
    return key;
  }

  private static SealedSecret require(Path file) throws IOException {
    SealedSecret sealed = SealedSecret.read(file);
    if (!sealed.kind().equals(KIND)) {
      throw new SecretException(file + " holds " + sealed + ", no recipient's key");
    }
    return sealed;
  }
}
