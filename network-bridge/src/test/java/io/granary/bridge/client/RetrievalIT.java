package io.granary.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.granary.bridge.client.secret.RecipientKey;
import io.granary.bridge.client.secret.SecretException;
import io.granary.bridge.unixfs.ImportLimits;
import io.granary.bridge.unixfs.ImportedTree;
import io.granary.bridge.unixfs.UnixFsImporter;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was stored comes back, or nothing does. */
@Timeout(60)
class RetrievalIT {
  private static final String SECRET = "a name that nobody should read";
  private static final RecipientKey KEY = RecipientKey.generate();

  @TempDir private Path folder;

  private final byte[] large = new byte[600_000];
  private HttpServer http = none();

  /** What the server of the test gives for every path. */
  private volatile byte[] served = new byte[0];

  private volatile int cutAfter = Integer.MAX_VALUE;

  private static HttpServer none() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void content() throws IOException {
    Path source = Files.createDirectory(folder.resolve("source"));
    new Random(7).nextBytes(large);
    Files.write(source.resolve("large.bin"), large);
    Files.createDirectory(source.resolve("below"));
    Files.writeString(source.resolve("below/" + SECRET), SECRET);
    http.createContext("/", this::answer);
    http.start();
  }

  @AfterEach
  void close() {
    http.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getPath().contains("missing")) {
        byte[] reason = "not here".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(404, reason.length);
        exchange.getResponseBody().write(reason);
        return;
      }
      exchange.sendResponseHeaders(200, served.length);
      OutputStream body = exchange.getResponseBody();
      body.write(served, 0, Math.min(cutAfter, served.length));
    }
  }

  private static void give(HttpExchange exchange, byte[] what) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, what.length);
      exchange.getResponseBody().write(what);
    }
  }

  private URI server() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  private Retrieval retrieval() {
    return new Retrieval(BoostProvider.settings(""), () -> KEY, bytes -> {});
  }

  private Payload plain() throws IOException {
    return Payload.of(
        folder.resolve("source"),
        UnixFsProfile.KUBO_CID_V1,
        folder.resolve("plain.car"),
        bytes -> {});
  }

  private Payload sealed() throws IOException {
    return Payload.sealed(
        folder.resolve("source"),
        UnixFsProfile.KUBO_CID_V1,
        folder.resolve("sealed.car"),
        KEY.recipient(),
        bytes -> {});
  }

  private void requireSame(Path out) throws IOException {
    assertThat(Files.readAllBytes(out.resolve("large.bin"))).isEqualTo(large);
    assertThat(Files.readString(out.resolve("below/" + SECRET))).isEqualTo(SECRET);
    requireNothingElse(List.of("out", "plain.car", "sealed.car", "source"));
  }

  private void requireNothingElse(List<String> allowed) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).isSubsetOf(allowed);
    }
  }

  @Test
  void payload_hasTheCidOfKubo_andThePieceOfItsCar() throws IOException {
    Payload payload = plain();
    UnixFsImporter importer =
        new UnixFsImporter(UnixFsProfile.KUBO_CID_V1, ImportLimits.DEFAULT, folder);
    try (ImportedTree tree = importer.read(folder.resolve("source"), bytes -> {})) {
      assertThat(payload.root()).isEqualTo(tree.root());
    }
    assertThat(payload.carBytes()).isEqualTo(Files.size(payload.car()));
    assertThat(payload.piece().paddedBytes()).isEqualTo(1 << 20);
    assertThat(payload.padded(1 << 22).piece().paddedBytes()).isEqualTo(1 << 22);
  }

  @Test
  void payload_holdsNothingReadable_whenItIsSealed() throws IOException {
    String plain = Files.readString(plain().car(), StandardCharsets.ISO_8859_1);
    String sealed = Files.readString(sealed().car(), StandardCharsets.ISO_8859_1);
    String inside = new String(large, 1000, 64, StandardCharsets.ISO_8859_1);
    assertThat(plain).contains(SECRET).contains(inside).contains("large.bin");
    assertThat(sealed).doesNotContain(SECRET).doesNotContain(inside).doesNotContain("large.bin");
    requireNothingElse(List.of("plain.car", "sealed.car", "source"));
  }

  @Test
  void comesBack_byRoot() throws IOException {
    Payload payload = plain();
    served = Files.readAllBytes(payload.car());
    retrieval().byRoot(server(), payload.root(), folder.resolve("out"), Retrieval.Form.FILES);
    requireSame(folder.resolve("out"));
  }

  @Test
  void comesBack_byPiece_withTheZerosOfBoostOrWithoutThem() throws IOException {
    Payload payload = plain();
    byte[] car = Files.readAllBytes(payload.car());
    for (int length : new int[] {car.length, (int) payload.piece().unpaddedBytes()}) {
      served = Arrays.copyOf(car, length);
      Path out = folder.resolve("out");
      retrieval()
          .byPiece(
              server(), payload.piece(), Optional.of(payload.root()), out, Retrieval.Form.FILES);
      requireSame(out);
      Files.move(out, folder.resolve("source/" + length));
    }
  }

  @Test
  void isOpened_whenItWasSealed() throws IOException {
    Payload payload = sealed();
    served = Files.readAllBytes(payload.car());
    retrieval().byRoot(server(), payload.root(), folder.resolve("out"), Retrieval.Form.FILES);
    requireSame(folder.resolve("out"));
  }

  @Test
  void staysSealed_forWhoHasAnotherKey() throws IOException {
    Payload payload = sealed();
    served = Files.readAllBytes(payload.car());
    Retrieval other =
        new Retrieval(BoostProvider.settings(""), RecipientKey::generate, bytes -> {});
    assertThatThrownBy(
            () ->
                other.byRoot(server(), payload.root(), folder.resolve("out"), Retrieval.Form.FILES))
        .isInstanceOf(SecretException.class);
    requireNothingElse(List.of("sealed.car", "source"));
    other.byRoot(server(), payload.root(), folder.resolve("out"), Retrieval.Form.SEALED);
    assertThat(folder.resolve("out")).isRegularFile();
  }

  @Test
  void isTheCar_whenThatIsWanted() throws IOException {
    Payload payload = plain();
    served = Files.readAllBytes(payload.car());
    retrieval().byRoot(server(), payload.root(), folder.resolve("out"), Retrieval.Form.CAR);
    assertThat(folder.resolve("out")).hasBinaryContent(served);
  }

  @Test
  void nothingIsWritten_whenOneByteIsOther() throws IOException {
    Payload payload = plain();
    byte[] car = Files.readAllBytes(payload.car());
    for (int at : new int[] {100, car.length / 2, car.length - 1}) {
      served = car.clone();
      served[at] ^= 1;
      refused(payload.root());
      assertThatThrownBy(
              () ->
                  retrieval()
                      .byPiece(
                          server(),
                          payload.piece(),
                          Optional.of(payload.root()),
                          folder.resolve("out"),
                          Retrieval.Form.FILES))
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("not the piece");
      requireNothingElse(List.of("plain.car", "source"));
    }
  }

  @Test
  void nothingIsWritten_whenTheAnswerIsCutOrLacksABlock() throws IOException {
    Payload payload = plain();
    byte[] car = Files.readAllBytes(payload.car());
    served = car;
    cutAfter = car.length / 2;
    refused(payload.root());
    cutAfter = Integer.MAX_VALUE;
    served = Arrays.copyOf(car, car.length - 100);
    refused(payload.root());
    served = Arrays.copyOf(car, 200);
    refused(payload.root());
    served = new byte[0];
    refused(payload.root());
    requireNothingElse(List.of("plain.car", "source"));
  }

  @Test
  void nothingIsWritten_whenItIsAnothersContent() throws IOException {
    Payload payload = plain();
    served = Files.readAllBytes(payload.car());
    refused(sealed().root());
  }

  private void refused(Cid root) {
    assertThatThrownBy(
            () -> retrieval().byRoot(server(), root, folder.resolve("out"), Retrieval.Form.FILES))
        .isInstanceOf(ClientException.class);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void comesFromTheNextServer_whenOneIsGoneAndOneGivesOtherContent() throws IOException {
    Payload payload = plain();
    served = Files.readAllBytes(payload.car());
    byte[] other = served.clone();
    other[other.length - 1] ^= 1;
    http.createContext("/other", exchange -> give(exchange, other));
    URI gone = URI.create("http://127.0.0.1:1");
    URI liar = URI.create(server() + "/other");
    List<URI> all = List.of(gone, liar, server());
    Path out = folder.resolve("out");
    assertThat(retrieval().byRoot(all, payload.root(), out, Retrieval.Form.FILES))
        .isEqualTo(server());
    requireSame(out);
    assertThatThrownBy(
            () ->
                retrieval()
                    .byRoot(
                        List.of(gone, liar),
                        payload.root(),
                        folder.resolve("plain2"),
                        Retrieval.Form.FILES))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("none of 2 servers")
        .hasMessageContaining(gone.toString())
        .hasMessageContaining(liar.toString());
    requireNothingElse(List.of("out", "plain.car", "source"));
  }

  @Test
  void asksNoMoreServersThanItsBound() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    http.createContext(
        "/ipfs",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    List<URI> many = Collections.nCopies(3 * Retrieval.SERVERS_MAX, server());
    assertThatThrownBy(
            () ->
                retrieval()
                    .byRoot(
                        many,
                        Cid.dagCborBlake2b(Bytes.fromHex("01")),
                        folder.resolve("out"),
                        Retrieval.Form.FILES))
        .isInstanceOf(ClientException.class);
    assertThat(asked).hasValue(Retrieval.SERVERS_MAX);
  }

  @Test
  void nothingIsReplaced() throws IOException {
    Payload payload = plain();
    served = Files.readAllBytes(payload.car());
    Path out = Files.writeString(folder.resolve("out"), "mine");
    assertThatThrownBy(
            () -> retrieval().byRoot(server(), payload.root(), out, Retrieval.Form.FILES))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("exists already");
    assertThat(out).hasContent("mine");
  }

  @Test
  void saysWhatTheServerSays_whenItRefuses() throws IOException {
    Payload payload = plain();
    assertThatThrownBy(
            () ->
                retrieval()
                    .byRoot(
                        server().resolve("/missing"),
                        payload.root(),
                        folder.resolve("out"),
                        Retrieval.Form.FILES))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("HTTP 404 not here");
  }

  @Test
  void givenUp_whenMoreComesThanAPieceHolds() throws IOException {
    Payload payload = plain();
    served = new byte[(int) payload.piece().unpaddedBytes() + 1];
    assertThatThrownBy(
            () ->
                retrieval()
                    .byPiece(
                        server(),
                        payload.piece(),
                        Optional.empty(),
                        folder.resolve("out"),
                        Retrieval.Form.FILES))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("more than");
  }
}
