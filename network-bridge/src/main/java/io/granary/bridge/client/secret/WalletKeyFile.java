package io.granary.bridge.client.secret;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** A wallet key in a {@link SealedSecret}: secp256k1 or BLS. */
public final class WalletKeyFile {
  private static final int SEED_BYTES = 64;

  private WalletKeyFile() {}

  /** A new key of the platform's secure random numbers. */
  public static WalletKey generate(Signature.Kind kind) {
    byte[] seed = new byte[SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    WalletKey key = WalletKey.derive(kind, seed);
    Arrays.fill(seed, (byte) 0);
    return key;
  }

  /**
   * A key as {@code lotus wallet export} prints it: hex of JSON with {@code Type} and {@code
   * PrivateKey} (lotus chain/types, KeyInfo).
   *
   * @throws SecretException when it is none, or of a kind that cannot be kept here
   */
  public static WalletKey ofLotusExport(String hex) {
    try {
      JsonNode json = JsonText.parse(Bytes.fromHex(hex.strip()).toArray());
      Bytes key = Bytes.of(Base64.getDecoder().decode(json.path("PrivateKey").asText()));
      return WalletKey.of(kind(json.path("Type").asText()), key);
    } catch (IllegalArgumentException e) {
      throw new SecretException("not a key as `lotus wallet export` prints it", e);
    }
  }

  /**
   * Keeps {@code key} in a new file.
   *
   * @throws SecretException when there is a file of that name
   */
  public static void write(Path file, WalletKey key, char[] passphrase, ScryptCost cost)
      throws IOException {
    String kind = key.kind().name().toLowerCase(Locale.ROOT);
    SealedSecret.seal(kind, key.address().toString(), key.privateKey(), passphrase, cost)
        .write(file);
  }

  /**
   * The address of the key in {@code file}, as the file says it; no passphrase is needed.
   *
   * @throws SecretException when others can read the file, or it is no key file
   */
  public static Address address(Path file) throws IOException {
    SealedSecret sealed = SealedSecret.read(file);
    requireWallet(sealed, file);
    return Address.parse(sealed.name());
  }

  /**
   * The key.
   *
   * @throws SecretException when others can read the file, it is no key file, or the passphrase is
   *     another one
   */
  public static WalletKey read(Path file, char[] passphrase) throws IOException {
    SealedSecret sealed = SealedSecret.read(file);
    requireWallet(sealed, file);
    WalletKey key = WalletKey.of(kind(sealed.kind()), sealed.open(passphrase, file));
    if (!key.address().toString().equals(sealed.name())) {
      throw new SecretException(file + ": the key inside is not that of " + sealed.name());
    }
    return key;
  }

  private static void requireWallet(SealedSecret sealed, Path file) {
    try {
      Signature.Kind unused = kind(sealed.kind());
      Address unusedAddress = Address.parse(sealed.name());
    } catch (IllegalArgumentException e) {
      throw new SecretException(file + " holds " + sealed.kind() + ", no wallet key", e);
    }
  }

  private static Signature.Kind kind(String text) {
    return switch (text) {
      case "secp256k1" -> Signature.Kind.SECP256K1;
      case "bls" -> Signature.Kind.BLS;
      default ->
          throw new IllegalArgumentException("key kind: expected secp256k1 or bls, got " + text);
    };
  }

  /** The text in the form of {@code lotus wallet export}, for tests and other wallets. */
  static String lotusExport(WalletKey key) {
    String json =
        "{\"Type\":\""
            + key.kind().name().toLowerCase(Locale.ROOT)
            + "\",\"PrivateKey\":\""
            + Base64.getEncoder().encodeToString(key.privateKey().toArray())
            + "\"}";
    return Bytes.of(json.getBytes(StandardCharsets.UTF_8)).toHex();
  }
}
