package io.granary.prover.transfer;

import io.granary.protocol.Bytes;
import io.granary.prover.TransferSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests between nodes and checks them: HMAC-SHA256, by the secret that all nodes share,
 * over method, path, range, time and the body's sha256. A signature is good for {@link #AGE_MAX}
 * around its time, so one that was overheard can repeat its own request for that long, and nothing
 * else.
 */
public final class TransferSecret {
  /** Nodes' clocks may differ by this much. */
  static final Duration AGE_MAX = Duration.ofMinutes(5);

  static final String HEADER = "X-Granary-Signature";
  static final String BODY_HEADER = "X-Granary-Body-Sha256";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int CHARACTERS_MIN = 32;

  private final Optional<byte[]> key;

  private TransferSecret(Optional<byte[]> key) {
    this.key = key;
  }

  /** The part of a request that is signed. */
  record Signed(String method, String path, String range, String bodySha256) {}

  /**
   * The secret of the settings' file.
   *
   * @throws IllegalArgumentException when it is missing, unreadable or short, or none is named and
   *     the host is not loopback
   */
  public static TransferSecret of(TransferSettings settings) {
    if (settings.secretFile().isEmpty()) {
      requireLoopback(settings.host());
      return new TransferSecret(Optional.empty());
    }
    try {
      String text = Files.readString(settings.secretFile().get()).strip();
      if (text.length() < CHARACTERS_MIN) {
        throw new IllegalArgumentException(
            "granary.prover.transfer.secret-file: "
                + settings.secretFile().get()
                + " has fewer than "
                + CHARACTERS_MIN
                + " characters");
      }
      return new TransferSecret(Optional.of(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "granary.prover.transfer.secret-file: cannot read " + settings.secretFile().get(), e);
    }
  }

  private static void requireLoopback(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          throw new IllegalArgumentException(
              "granary.prover.transfer.host: "
                  + host
                  + " is not loopback; granary.prover.transfer.secret-file must be set");
        }
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("granary.prover.transfer.host: unknown host " + host, e);
    }
  }

  /** The signature for a request sent at {@code seconds}; empty when there is no secret. */
  Optional<String> sign(Signed request, long seconds) {
    return key.map(k -> seconds + ":" + Bytes.of(mac(k, request, seconds)).toHex());
  }

  /** Whether {@code signature} was made by this secret, for this request, about now. */
  boolean verifies(@Nullable String signature, Signed request, long nowSeconds) {
    if (key.isEmpty()) {
      return true;
    }
    if (signature == null) {
      return false;
    }
    int colon = signature.indexOf(':');
    try {
      long seconds = Long.parseLong(signature.substring(0, Math.max(0, colon)));
      byte[] given = Bytes.fromHex(signature.substring(colon + 1)).toArray();
      return MessageDigest.isEqual(given, mac(key.get(), request, seconds))
          && Math.abs(Math.subtractExact(nowSeconds, seconds)) <= AGE_MAX.toSeconds();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false; // Not of the form: as wrong as any other.
    }
  }

  private static byte[] mac(byte[] key, Signed request, long seconds) {
    String text =
        String.join(
            "\n",
            request.method(),
            request.path(),
            request.range(),
            request.bodySha256(),
            Long.toString(seconds));
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
