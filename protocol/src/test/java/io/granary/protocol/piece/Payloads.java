package io.granary.protocol.piece;

import io.granary.protocol.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the payloads that the vector file describes in words. */
final class Payloads {
  private static final Pattern ZEROS_AFTER =
      Pattern.compile("127 bytes each of 0,1,2,3(?: then \\d+ zero bytes)?");
  private static final Pattern REPEATED = Pattern.compile("0x([0-9a-fA-F]{2}) repeated");

  private Payloads() {}

  static byte[] make(String description, int length) {
    byte[] data = new byte[length];
    Matcher repeated = REPEATED.matcher(description);
    if (repeated.matches()) {
      Arrays.fill(data, (byte) Integer.parseInt(repeated.group(1), 16));
    } else if (ZEROS_AFTER.matcher(description).matches()) {
      for (int i = 0; i < 4 * 127; i++) {
        data[i] = (byte) (i / 127);
      }
    } else if (description.startsWith("byte i has value i mod 256")) {
      for (int i = 0; i < length; i++) {
        data[i] = (byte) i;
      }
    } else if (description.startsWith("ASCII 'a' repeated")) {
      Arrays.fill(data, (byte) 'a');
    } else if (description.startsWith("concatenation of sha256('filecoin-sp-vector' ||")) {
      hashStream(data);
    } else if (!description.equals("empty payload") && !description.equals("128 zero bytes")) {
      throw new AssertionError("no payload for: " + description);
    }
    return data;
  }

  private static void hashStream(byte[] data) {
    MessageDigest sha256 = Sha256.newDigest();
    for (int at = 0, counter = 0; at < data.length; at += 32, counter++) {
      sha256.update("filecoin-sp-vector".getBytes(StandardCharsets.US_ASCII));
      byte[] hash = sha256.digest(ByteBuffer.allocate(4).putInt(counter).array());
      System.arraycopy(hash, 0, data, at, Math.min(32, data.length - at));
    }
  }
}
