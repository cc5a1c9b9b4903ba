package io.granary.bridge.libp2p.peer;

import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1Primitive;

/**
 * Reads DER structures of private keys with Bouncy Castle, which meets bad ones with exceptions of
 * many kinds. What strangers send is not read here.
 */
final class Der {
  private Der() {}

  /**
   * The structure in {@code data}.
   *
   * @throws PeerFormatException with {@code complaint} when it is none; the cause is left out,
   *     since its text could tell parts of a private key
   */
  static <T> T parse(byte[] data, Function<Object, T> reader, String complaint) {
    try {
      return Objects.requireNonNull(reader.apply(ASN1Primitive.fromByteArray(data)));
    } catch (IOException | RuntimeException e) {
      throw new PeerFormatException(complaint);
    }
  }
}
