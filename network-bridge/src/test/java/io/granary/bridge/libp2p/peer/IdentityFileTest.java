package io.granary.bridge.libp2p.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFileTest {
  private static final byte[] SEED = new byte[32];
  private static final byte[] MESSAGE = "signed".getBytes(UTF_8);

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("peer.key");
  }

  @Test
  void keepsTheIdentity_whenLoadedAgain() {
    Identity first = Identity.loadOrCreate(file());
    Identity again = Identity.loadOrCreate(file());
    assertThat(again.peerId()).isEqualTo(first.peerId());
    assertThat(first.publicKey().verify(MESSAGE, again.sign(MESSAGE))).isTrue();
  }

  @Test
  void makesDifferentIdentities_whenFilesAreDifferent() {
    assertThat(Identity.loadOrCreate(file()).peerId())
        .isNotEqualTo(Identity.loadOrCreate(directory.resolve("other.key")).peerId());
  }

  @Test
  void leavesOneFileOfTheOwnerOnly_whenCreated() throws IOException {
    Identity made = Identity.loadOrCreate(file());
    assertThat(mode(file())).isEqualTo("rw-------");
    assertThat(files(directory)).containsExactly(file());
    assertThat(made.toString()).isEqualTo(made.peerId().toString()).startsWith("12D3Koo");
  }

  @Test
  void makesTheDirectoriesForTheOwnerOnly_whenMissing() throws IOException {
    Path parent = directory.resolve("a").resolve("b");
    Path deep = parent.resolve("peer.key");
    PeerId made = Identity.loadOrCreate(deep).peerId();
    assertThat(mode(directory.resolve("a"))).isEqualTo("rwx------");
    assertThat(mode(parent)).isEqualTo("rwx------");
    assertThat(Identity.loadOrCreate(deep).peerId()).isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw---x---"})
  void refusesNamingFileAndMode_whenOthersHaveRights(String rights) throws IOException {
    assertThat(Identity.loadOrCreate(file())).isNotNull();
    setMode(rights);
    byte[] before = Files.readAllBytes(file());
    assertThatThrownBy(() -> Identity.loadOrCreate(file()))
        .isInstanceOf(IdentityFileException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("(" + rights + ")");
    assertThat(Files.readAllBytes(file())).isEqualTo(before);
  }

  @Test
  void namesTheModeInOctal_whenRefused() throws IOException {
    assertThat(Identity.loadOrCreate(file())).isNotNull();
    setMode("rw-r--r--");
    assertThatThrownBy(() -> Identity.loadOrCreate(file())).hasMessageContaining("mode 0644 ");
  }

  @Test
  void loads_whenOnlyReadableByItsOwner() throws IOException {
    PeerId made = Identity.loadOrCreate(file()).peerId();
    setMode("r--------");
    assertThat(Identity.loadOrCreate(file()).peerId()).isEqualTo(made);
  }

  @Test
  void refusesAndKeepsTheFile_whenAnyByteIsDamaged() throws IOException {
    assertThat(Identity.loadOrCreate(file())).isNotNull();
    byte[] good = Files.readAllBytes(file());
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x40;
      assertDamaged(bad);
    }
  }

  @Test
  void refusesAndKeepsTheFile_whenCutShort() throws IOException {
    assertThat(Identity.loadOrCreate(file())).isNotNull();
    byte[] good = Files.readAllBytes(file());
    for (int length = 0; length < good.length; length++) {
      assertDamaged(Arrays.copyOf(good, length));
    }
  }

  @Test
  void refuses_whenFarTooLong() throws IOException {
    assertThat(Identity.loadOrCreate(file())).isNotNull();
    assertDamaged(new byte[1 << 20]);
  }

  @Test
  void refuses_whenTheKeyIsOfAnotherKind() throws IOException {
    assertThat(Identity.loadOrCreate(file())).isNotNull();
    byte[] scalar = new byte[32];
    scalar[31] = 7;
    assertDamaged(PrivateKey.of(KeyType.SECP256K1, scalar).encode());
  }

  @Test
  void refuses_whenItIsADirectoryOrABrokenLink() throws IOException {
    Path dir = Files.createDirectory(directory.resolve("dir"));
    assertThatThrownBy(() -> Identity.loadOrCreate(dir)).isInstanceOf(IdentityFileException.class);
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
    assertThatThrownBy(() -> Identity.loadOrCreate(link))
        .isInstanceOf(IdentityFileException.class)
        .hasMessageContaining("link to a file that does not exist");
  }

  @Test
  void checksTheTarget_whenTheFileIsALink() throws IOException {
    PeerId made = Identity.loadOrCreate(file()).peerId();
    Path link = Files.createSymbolicLink(directory.resolve("link"), file());
    assertThat(Identity.loadOrCreate(link).peerId()).isEqualTo(made);
    setMode("rw-r--r--");
    assertThatThrownBy(() -> Identity.loadOrCreate(link))
        .isInstanceOf(IdentityFileException.class)
        .hasMessageContaining(link.toString());
  }

  @Test
  void refusesNamingTheFile_whenTheDirectoryIsAFile() throws IOException {
    Path plain = Files.createFile(directory.resolve("plain"));
    assertThatThrownBy(() -> Identity.loadOrCreate(plain.resolve("peer.key")))
        .isInstanceOf(IdentityFileException.class)
        .hasMessageContaining(plain.toString());
  }

  @Test
  void importsGoLibp2pForms_whenTheFileHoldsThem() throws IOException {
    byte[] written = PrivateKey.ofSeed(SEED).encode();
    assertThat(written).hasSize(4 + 64);
    put(written);
    assertThat(Identity.loadOrCreate(file()).peerId()).isEqualTo(Identity.ofSeed(SEED).peerId());
    byte[] old = Arrays.copyOf(written, written.length + 32);
    old[3] = 96;
    System.arraycopy(written, written.length - 32, old, written.length, 32);
    put(old);
    assertThat(Identity.loadOrCreate(file()).peerId()).isEqualTo(Identity.ofSeed(SEED).peerId());
    old[old.length - 1] ^= 1;
    assertDamaged(old);
  }

  /** Many rounds: one start must look for the file just before another makes it. */
  @Test
  void allEndWithOneIdentity_whenManyCreateAtOnce() throws Exception {
    int starters = 16;
    ExecutorService threads = Executors.newFixedThreadPool(starters);
    try {
      for (int round = 0; round < 50; round++) {
        Path folder = Files.createDirectory(directory.resolve("round" + round));
        Path shared = folder.resolve("peer.key");
        CyclicBarrier together = new CyclicBarrier(starters);
        Callable<PeerId> start =
            () -> {
              together.await();
              return Identity.loadOrCreate(shared).peerId();
            };
        List<Callable<PeerId>> starts = Stream.generate(() -> start).limit(starters).toList();
        Set<PeerId> ids = new HashSet<>();
        for (Future<PeerId> id : threads.invokeAll(starts)) {
          ids.add(id.get());
        }
        assertThat(ids).hasSize(1);
        assertThat(files(folder)).containsExactly(shared);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void assertDamaged(byte[] content) throws IOException {
    put(content);
    assertThatThrownBy(() -> Identity.loadOrCreate(file()))
        .isInstanceOf(IdentityFileException.class)
        .hasMessageContaining(file().toString())
        .hasMessageContaining("damaged");
    assertThat(Files.readAllBytes(file())).isEqualTo(content);
  }

  private void put(byte[] content) throws IOException {
    Files.write(file(), content);
    setMode("rw-------");
  }

  private void setMode(String rights) throws IOException {
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(rights));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
