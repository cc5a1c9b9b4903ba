package io.granary.bridge.client.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.signature.Signatures;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys in files that only their owner and the passphrase open. */
class KeyFilesTest {
  private static final ScryptCost CHEAP = new ScryptCost(16, 1, 1);
  private static final char[] WORDS = "correct horse – Straße".toCharArray();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"SECP256K1", "BLS"})
  void comesBackAndSigns_whenThePassphraseIsRight(Signature.Kind kind) throws IOException {
    Path file = folder.resolve("made/for/it/client.key");
    WalletKey key = WalletKeyFile.generate(kind);
    WalletKeyFile.write(file, key, WORDS, CHEAP);
    WalletKey read = WalletKeyFile.read(file, WORDS);
    Bytes data = Bytes.fromHex("0102");
    assertThat(read.privateKey()).isEqualTo(key.privateKey());
    assertThat(WalletKeyFile.address(file)).isEqualTo(key.address());
    assertThat(Signatures.verify(read.sign(data), key.address(), data)).isTrue();
  }

  @Test
  void belongsToItsOwner_fromTheStart() throws IOException {
    Path file = written("client.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("client.key");
    String text = Files.readString(file);
    assertThat(text).contains("scrypt").doesNotContain("PrivateKey");
  }

  @Test
  void isRefused_whenOthersMayReadIt() throws IOException {
    Path file = written("client.key");
    for (String rights : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw---x---"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
      assertThatThrownBy(() -> WalletKeyFile.read(file, WORDS))
          .isInstanceOf(SecretException.class)
          .hasMessageContaining(rights)
          .hasMessageContaining("chmod 600");
    }
  }

  @Test
  void saysThatThePassphraseIsWrong() throws IOException {
    Path file = written("client.key");
    assertThatThrownBy(() -> WalletKeyFile.read(file, "correct horse".toCharArray()))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("wrong passphrase");
  }

  @Test
  void isRefused_whenItWasEdited() throws IOException {
    Path file = written("client.key");
    String text = Files.readString(file);
    String other = WalletKeyFile.generate(Signature.Kind.SECP256K1).address().toString();
    String own = WalletKeyFile.address(file).toString();
    for (String edited :
        new String[] {text.replace(own, other), text.replace("\"n\" : 16", "\"n\" : 32")}) {
      assertThat(edited).isNotEqualTo(text);
      Files.writeString(file, edited);
      assertThatThrownBy(() -> WalletKeyFile.read(file, WORDS))
          .isInstanceOf(SecretException.class)
          .hasMessageContaining("damaged");
    }
    Files.writeString(file, text.replace("\"n\" : 16", "\"n\" : 1073741824"));
    assertThatThrownBy(() -> WalletKeyFile.read(file, WORDS)).hasMessageContaining("scrypt cost");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> WalletKeyFile.read(file, WORDS)).hasMessageContaining("no key file");
  }

  @Test
  void neverTakesThePlaceOfAnother() throws IOException {
    Path file = written("client.key");
    byte[] before = Files.readAllBytes(file);
    WalletKey other = WalletKeyFile.generate(Signature.Kind.BLS);
    assertThatThrownBy(() -> WalletKeyFile.write(file, other, WORDS, CHEAP))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("exists already");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void isTaken_asLotusExportsIt() {
    for (Signature.Kind kind :
        new Signature.Kind[] {Signature.Kind.SECP256K1, Signature.Kind.BLS}) {
      WalletKey key = WalletKeyFile.generate(kind);
      String export = WalletKeyFile.lotusExport(key);
      assertThat(WalletKeyFile.ofLotusExport(export + "\n").address()).isEqualTo(key.address());
    }
    assertThatThrownBy(() -> WalletKeyFile.ofLotusExport("not hex"))
        .isInstanceOf(SecretException.class);
    assertThatThrownBy(
            () ->
                WalletKeyFile.ofLotusExport(
                    Bytes.of("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)).toHex()))
        .isInstanceOf(SecretException.class);
  }

  @Test
  void recipientsKey_comesBack_andIsNoWalletKey() throws IOException {
    Path file = folder.resolve("recipient.key");
    RecipientKey key = RecipientKey.generate();
    RecipientKeyFile.write(file, key, WORDS, CHEAP);
    assertThat(RecipientKeyFile.recipient(file)).isEqualTo(key.recipient());
    assertThat(RecipientKeyFile.read(file, WORDS).secret()).isEqualTo(key.secret());
    assertThatThrownBy(() -> WalletKeyFile.read(file, WORDS)).hasMessageContaining("no wallet key");
    Path wallet = written("client.key");
    assertThatThrownBy(() -> RecipientKeyFile.read(wallet, WORDS))
        .hasMessageContaining("no recipient's key");
  }

  @Test
  void recipient_isRefused_whenItIsMistyped() {
    Recipient recipient = RecipientKey.generate().recipient();
    String text = recipient.toString();
    assertThat(Recipient.parse(text)).isEqualTo(recipient);
    char changed = text.charAt(20) == 'a' ? 'b' : 'a';
    assertThatThrownBy(() -> Recipient.parse(text.substring(0, 20) + changed + text.substring(21)))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("typing error");
    assertThatThrownBy(() -> Recipient.parse("age1xyz")).hasMessageContaining("granary1");
    assertThatThrownBy(() -> Recipient.parse("granary1abc")).isInstanceOf(SecretException.class);
  }

  private Path written(String name) throws IOException {
    Path file = folder.resolve(name);
    WalletKeyFile.write(file, WalletKeyFile.generate(Signature.Kind.SECP256K1), WORDS, CHEAP);
    return file;
  }
}
