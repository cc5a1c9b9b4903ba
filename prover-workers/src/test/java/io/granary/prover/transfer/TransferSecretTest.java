package io.granary.prover.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.prover.TestSettings;
import io.granary.prover.TransferSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferSecretTest {
  private static final TransferSecret.Signed REQUEST =
      new TransferSecret.Signed("GET", "/blobs/a/b", "bytes=0-", "");
  private static final long NOW = 1_800_000_000L;

  @TempDir Path home;

  private TransferSettings settings(String text) {
    return TestSettings.of(home, text).transfer();
  }

  private TransferSecret secret(String value) throws IOException {
    Path file = home.resolve("secret-" + value.charAt(0));
    Files.writeString(file, value + "\n");
    return TransferSecret.of(settings("granary.prover.transfer.secret-file = \"" + file + "\""));
  }

  @Test
  void acceptsItsOwnSignature_andNoOtherRequestOrTimeByIt() throws IOException {
    TransferSecret secret = secret("a".repeat(40));
    String signature = secret.sign(REQUEST, NOW).orElseThrow();
    assertThat(secret.verifies(signature, REQUEST, NOW)).isTrue();
    assertThat(secret.verifies(signature, REQUEST, NOW + 300)).isTrue();
    assertThat(secret.verifies(signature, REQUEST, NOW + 301)).isFalse();
    assertThat(secret.verifies(signature, REQUEST, NOW - 301)).isFalse();
    for (TransferSecret.Signed other :
        new TransferSecret.Signed[] {
          new TransferSecret.Signed("POST", "/blobs/a/b", "bytes=0-", ""),
          new TransferSecret.Signed("GET", "/blobs/a/c", "bytes=0-", ""),
          new TransferSecret.Signed("GET", "/blobs/a/b", "bytes=1-", ""),
          new TransferSecret.Signed("GET", "/blobs/a/b", "bytes=0-", "00")
        }) {
      assertThat(secret.verifies(signature, other, NOW)).as(other.toString()).isFalse();
    }
    String moved = (NOW + 1) + signature.substring(signature.indexOf(':'));
    assertThat(secret.verifies(moved, REQUEST, NOW)).isFalse();
    assertThat(secret("b".repeat(40)).verifies(signature, REQUEST, NOW)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "1800000000",
        "1800000000:",
        "x:00",
        "1800000000:zz",
        "-9223372036854775808:00"
      })
  void refusesWhatIsNoSignature(String signature) throws IOException {
    TransferSecret secret = secret("a".repeat(40));
    assertThat(secret.verifies(signature, REQUEST, NOW)).isFalse();
    assertThat(secret.verifies(null, REQUEST, NOW)).isFalse();
  }

  @Test
  void refusesToStart_whenTheHostIsNotLoopbackAndThereIsNoSecret() {
    assertThatThrownBy(
            () -> TransferSecret.of(settings("granary.prover.transfer.host = \"0.0.0.0\"")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("granary.prover.transfer.secret-file");
    assertThat(TransferSecret.of(settings("")).sign(REQUEST, NOW)).isEmpty();
  }

  @Test
  void refusesAShortOrMissingSecret() {
    assertThatThrownBy(() -> secret("short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fewer than 32");
    assertThatThrownBy(
            () -> TransferSecret.of(settings("granary.prover.transfer.secret-file = /no/such")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/no/such");
  }
}
