package io.granary.bridge.client.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.file.OwnerOnlyException;
import io.granary.bridge.file.OwnerOnlyFile;
import io.granary.protocol.Bytes;
import io.granary.protocol.json.JsonText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * A secret in a file, locked with a passphrase: JSON with the public name of the secret, the cost
 * and salt of scrypt, and the secret under AES-256-GCM. Kind, name and cost are authenticated with
 * it, so that a file that was edited does not open.
 *
 * @param kind what the secret is
 * @param name what it is known by, such as an address; readable without the passphrase
 */
record SealedSecret(String kind, String name, ScryptCost cost, Bytes salt, Bytes nonce, Bytes box) {
  private static final int VERSION = 1;
  private static final int FILE_BYTES_MAX = 16 << 10;
  private static final int SALT_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;
  private static final int UTF8_BYTES_MAX = 4;

  /** Locks {@code secret}. */
  static SealedSecret seal(
      String kind, String name, Bytes secret, char[] passphrase, ScryptCost cost) {
    SecureRandom random = new SecureRandom();
    byte[] salt = new byte[SALT_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(salt);
    random.nextBytes(nonce);
    SealedSecret empty =
        new SealedSecret(kind, name, cost, Bytes.of(salt), Bytes.of(nonce), Bytes.empty());
    try {
      byte[] box = empty.cipher(Cipher.ENCRYPT_MODE, passphrase).doFinal(secret.toArray());
      return new SealedSecret(kind, name, cost, Bytes.of(salt), Bytes.of(nonce), Bytes.of(box));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is in every JDK", e);
    }
  }

  /**
   * The secret.
   *
   * @param file named in errors
   * @throws SecretException for another passphrase, or when the file was changed
   */
  Bytes open(char[] passphrase, Path file) {
    try {
      return Bytes.of(cipher(Cipher.DECRYPT_MODE, passphrase).doFinal(box.toArray()));
    } catch (AEADBadTagException e) {
      throw new SecretException(
          file + ": wrong passphrase (or the file is damaged: restore it from a copy)", e);
    } catch (GeneralSecurityException e) {
      throw new SecretException(file + ": cannot be opened: " + e.getMessage(), e);
    }
  }

  private Cipher cipher(int mode, char[] passphrase) throws GeneralSecurityException {
    byte[] words = utf8(passphrase);
    byte[] key = SCrypt.generate(words, salt.toArray(), cost.n(), cost.r(), cost.p(), KEY_BYTES);
    Arrays.fill(words, (byte) 0);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce.toArray()));
    Arrays.fill(key, (byte) 0);
    cipher.updateAAD(toJson(false).toString().getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] utf8(char[] text) {
    ByteBuffer encoded = ByteBuffer.allocate(UTF8_BYTES_MAX * text.length);
    CoderResult result =
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
    if (result.isError()) {
      throw new SecretException("the passphrase holds half a character");
    }
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    return bytes;
  }

  private ObjectNode toJson(boolean whole) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("version", VERSION)
            .put("kind", kind)
            .put("name", name)
            .put("kdf", "scrypt")
            .put("n", cost.n())
            .put("r", cost.r())
            .put("p", cost.p())
            .put("salt", salt.toHex())
            .put("cipher", "AES-256-GCM")
            .put("nonce", nonce.toHex());
    return whole ? json.put("box", box.toHex()) : json;
  }

  /** Writes a new file; {@link SecretException} when there is one. */
  void write(Path file) throws IOException {
    try {
      OwnerOnlyFile.create(
          file, (toJson(true).toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (FileAlreadyExistsException e) {
      throw new SecretException(file + " exists already and is never replaced", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws SecretException naming {@code file} when others can read it or it has another form
   */
  static SealedSecret read(Path file) throws IOException {
    try {
      JsonNode json = JsonText.parse(OwnerOnlyFile.read(file, FILE_BYTES_MAX));
      if (json.path("version").asInt() != VERSION
          || !json.path("kdf").asText().equals("scrypt")
          || !json.path("cipher").asText().equals("AES-256-GCM")) {
        throw new SecretException(file + " is no key file of this version");
      }
      return new SealedSecret(
          json.path("kind").asText(),
          json.path("name").asText(),
          new ScryptCost(json.path("n").asInt(), json.path("r").asInt(), json.path("p").asInt()),
          Bytes.fromHex(json.path("salt").asText()).requireLength(SALT_BYTES, "salt"),
          Bytes.fromHex(json.path("nonce").asText()).requireLength(NONCE_BYTES, "nonce"),
          Bytes.fromHex(json.path("box").asText()));
    } catch (IllegalArgumentException e) {
      throw new SecretException(file + " is no key file: " + e.getMessage(), e);
    } catch (OwnerOnlyException e) {
      throw new SecretException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Without the box. */
  @Override
  public String toString() {
    return kind + " " + name;
  }
}
