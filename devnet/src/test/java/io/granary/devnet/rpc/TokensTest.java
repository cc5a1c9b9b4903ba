package io.granary.devnet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.json.RpcMethod.Permission;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
  @TempDir Path directory;

  @Test
  void allowsWhatItWasIssuedFor_whenTheSecretIsTheSame() {
    Tokens tokens = Tokens.open(directory.resolve("secret"));
    String token = tokens.issue(List.of(Permission.READ, Permission.SIGN));

    assertThat(tokens.verify(token)).contains(List.of(Permission.READ, Permission.SIGN));
    assertThat(Tokens.open(directory.resolve("secret")).verify(token)).isPresent();
  }

  @Test
  void writesTheRecordedForm_whenIssued() {
    String token = Tokens.open(directory.resolve("secret")).issue(List.of(Permission.READ));

    // recorded AuthVerify: header {"alg":"HS256","typ":"JWT"}, payload {"Allow":["read"]}
    assertThat(token).startsWith("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJBbGxvdyI6WyJyZWFkIl19.");
  }

  @Test
  void refusesAToken_whenAnyCharacterIsAnother() {
    Tokens tokens = Tokens.open(directory.resolve("secret"));
    String token = tokens.issue(List.of(Permission.READ));
    for (int i = 0; i < token.length() - 1; i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String forged = token.substring(0, i) + other + token.substring(i + 1);

      assertThat(tokens.verify(forged)).as(forged).isEmpty();
    }
  }

  @Test
  void refusesAToken_whenItIsOfAnotherSecretOrNone() {
    Tokens tokens = Tokens.open(directory.resolve("one"));
    String token = Tokens.open(directory.resolve("other")).issue(List.of(Permission.ADMIN));

    assertThat(tokens.verify(token)).isEmpty();
    assertThat(tokens.verify("")).isEmpty();
    assertThat(tokens.verify("a.b.c")).isEmpty();
    assertThat(tokens.verify("..")).isEmpty();
  }
}
