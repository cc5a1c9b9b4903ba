package io.granary.protocol.job;

import io.granary.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Derives job ids. */
final class JobIds {
  private JobIds() {}

  /**
   * SHA-256 over the spec's record text: it names the kind and every field in order, and all field
   * types print their whole value.
   */
  static JobId of(JobSpec spec) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(spec.toString().getBytes(StandardCharsets.UTF_8));
      return new JobId(Bytes.of(digest).toHex());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
