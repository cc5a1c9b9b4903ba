package io.granary.prover.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.job.SectorFileType;
import io.granary.protocol.piece.Commitment;
import io.granary.prover.TestSettings;
import io.granary.prover.TransferSettings;
import io.granary.prover.files.DurableFiles;
import io.granary.prover.storage.BlobStore;
import io.granary.prover.storage.HeldSector;
import io.granary.prover.storage.StoragePath;
import io.granary.prover.storage.StoragePaths;
import io.granary.prover.transfer.TransferException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server and client over real sockets, and peers that misbehave. */
class TransferIT {
  private static final String VANILLA =
      ".granary/blobs/post/t01000/d3-p0/0123456789abcdef0123456789abcdef/7.vanilla";
  private static final Bytes ZEROES = Bytes.of(new byte[32]);

  @TempDir Path home;
  private final List<AutoCloseable> open = new ArrayList<>();
  private ActorSystem<Void> system;
  private StoragePaths storage;
  private StoragePath path;
  private VanillaSource vanilla = (ask, sink) -> sink.finish();

  @BeforeEach
  void start() throws IOException {
    system =
        ActorSystem.create(
            Behaviors.empty(),
            "transfer",
            ConfigFactory.parseString("akka.loglevel = warning, akka.stdout-loglevel = warning")
                .withFallback(ConfigFactory.load()));
    storage = paths("path");
    path = storage.paths().get(0);
    Files.writeString(home.resolve("secret"), "s".repeat(32));
  }

  private StoragePaths paths(String name) throws IOException {
    StoragePath.create(home.resolve(name), 1, true, true, 0);
    StoragePaths paths =
        StoragePaths.open(
            TestSettings.of(home, "granary.prover.storage.paths = [\"" + home.resolve(name) + "\"]")
                .storage());
    open.add(paths);
    return paths;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private TransferSettings settings(String secret) {
    return TestSettings.of(
            home,
            """
            granary.prover.transfer {
              silence-limit = 2s, keep-alive = 200ms, vanilla-limit = 10s, secret-file = "%s"
              vanilla-running = 1, vanilla-waiting = 1
            }
            """
                .formatted(secret))
        .transfer();
  }

  private TransferClient client(String secret) {
    TransferSettings settings = settings(secret);
    return new TransferClient(settings, TransferSecret.of(settings), TransferIT::now);
  }

  private TransferClient client() {
    return client(home.resolve("secret").toString());
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  private TransferServer server(StoragePaths of) {
    TransferSettings settings = settings(home.resolve("secret").toString());
    BlobStore blobs = new BlobStore(of);
    CopyKeeper copies = new CopyKeeper(settings, blobs, client(), 2);
    TransferServer server =
        TransferServer.bind(
            system,
            settings,
            TransferSecret.of(settings),
            new TransferServer.Services(blobs, (ask, sink) -> vanilla.read(ask, sink), copies),
            TransferIT::now);
    open.add(copies);
    open.add(server);
    return server;
  }

  private TransferServer server() {
    return server(storage);
  }

  private BlobRef blob(String name, int length) throws IOException {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    Path file = path.root().resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.write(file, content);
    return new BlobRef(path.id(), name, length, DurableFiles.sha256(content));
  }

  private Path fetch(TransferClient client, TransferAddress from, BlobRef blob) {
    Path target = home.resolve("fetched");
    client.fetch(from, blob, target, Cancellation.NEVER);
    return target;
  }

  private void refuses(Kind kind, TransferClient client, TransferAddress from, BlobRef blob) {
    assertThatThrownBy(() -> fetch(client, from, blob))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    assertThat(home.resolve("fetched")).doesNotExist();
    assertThat(home.resolve("fetched.part")).doesNotExist();
  }

  private static final String STAGED = "deal-staging/00112233-4455-6677-8899-aabbccddeeff.data";

  private byte[] staged(TransferAddress from, String name, long bytes) throws IOException {
    StagedFile file = new StagedFile(path.id(), name, bytes);
    try (InputStream in = client().staged(from, file, Cancellation.NEVER)) {
      return in.readAllBytes();
    }
  }

  @Test
  void dealsDataComesAsAStream() throws IOException {
    TransferServer server = server();
    for (int length : new int[] {1, 3_000_000}) {
      BlobRef blob = blob(STAGED, length);
      assertThat(DurableFiles.sha256(staged(server.address(), STAGED, length)))
          .isEqualTo(blob.sha256());
    }
  }

  @Test
  void nothingElseOfTheStagingFolderIsServed() throws IOException {
    TransferServer server = server();
    for (String name : List.of(STAGED.replace(".data", ".note"), "deal-staging/x.data", "x")) {
      BlobRef blob = blob(name, 10);
      assertThat(blob.length()).isEqualTo(10);
      assertThatThrownBy(() -> staged(server.address(), name, 10))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING));
    }
  }

  @Test
  void dealsDataIsRefused_whenItHasAnotherLength() throws IOException {
    TransferServer server = server();
    BlobRef blob = blob(STAGED, 100);
    for (long bytes : new long[] {99, 101}) {
      assertThatThrownBy(() -> staged(server.address(), STAGED, bytes))
          .hasMessageContaining("there are " + blob.length());
    }
  }

  @Test
  void dealsDataGoesOnWhereItStopped_whenTheConnectionBreaks() throws IOException {
    byte[] data = new byte[1000];
    new Random(5).nextBytes(data);
    List<String> asked = new ArrayList<>();
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> serving =
          CompletableFuture.runAsync(() -> breakOnce(listening, data, asked));
      TransferAddress address = new TransferAddress("127.0.0.1", listening.getLocalPort());
      assertThat(staged(address, STAGED, data.length)).isEqualTo(data);
      serving.join();
    }
    assertThat(asked).containsExactly("bytes=0-", "bytes=400-");
  }

  /** Answers two requests: the first with 400 bytes less than it says, the second with the rest. */
  private static void breakOnce(ServerSocket listening, byte[] data, List<String> asked) {
    for (int i = 0; i < 2; i++) {
      try (Socket socket = listening.accept()) {
        String range = "";
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
          range = line.startsWith("Range: ") ? line.substring(7) : range;
        }
        asked.add(range);
        int from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
        OutputStream out = socket.getOutputStream();
        out.write(
            ("HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Length: "
                    + (data.length - from)
                    + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(data, from, from == 0 ? 400 : data.length - from);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void blobComesWhole_smallAndLarge() throws IOException {
    TransferServer server = server();
    for (int length : new int[] {1, 5_680, 3_000_000}) {
      BlobRef blob = blob(VANILLA, length);
      assertThat(DurableFiles.sha256(fetch(client(), server.address(), blob)))
          .isEqualTo(blob.sha256());
    }
  }

  @Test
  void refusesAnotherSecret_orNone() throws IOException {
    TransferServer server = server();
    BlobRef blob = blob(VANILLA, 10);
    Files.writeString(home.resolve("other"), "t".repeat(32));
    refuses(Kind.REFUSED, client(home.resolve("other").toString()), server.address(), blob);
    refuses(Kind.REFUSED, client(""), server.address(), blob);
    Map<SectorNumber, String> told = new TreeMap<>();
    assertThatThrownBy(
            () -> read(client(home.resolve("other").toString()), server.address(), told, 1))
        .hasMessageContaining("401");
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sectorstore.json",
        ".granary/lock",
        ".granary/blobs/../lock",
        ".granary/blobs/post/../../../sectorstore.json",
        ".granary/blobs/post/t01000/d3-p0/0123456789abcdef0123456789abcdef/../x/7.vanilla",
        ".granary/blobs/post/t01000/d3-p0/0123456789abcdef0123456789abcdef/7.vanilla/../7.vanilla",
        ".granary/blobs/post/t01000/d3-p0/0123456789abcdef0123456789abcdef/job.receipt",
        ".granary/blobs//etc/passwd",
        "/etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "sealed/s-t01000-1",
        "unsealed/s-t01000-1/../../sectorstore.json",
        "unsealed/s-t01000-1.part",
        ".granary/blobs/unsealed/x"
      })
  void servesNothingButBlobsItKnows(String hostile) throws IOException {
    TransferServer server = server();
    blob(VANILLA, 10);
    BlobRef asked = new BlobRef(path.id(), hostile, 10, ZEROES);
    // A path with dots is another one when the server has read it, so its signature is wrong too.
    assertThatThrownBy(() -> fetch(client(), server.address(), asked))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.kind()).isIn(Kind.MISSING, Kind.REFUSED));
    assertThat(new BlobStore(storage).served(path.id(), hostile)).isEmpty();
    assertThat(new BlobStore(storage).served("../" + path.id(), VANILLA)).isEmpty();
  }

  private BlobRef unsealed(SectorId sector, int length) throws IOException {
    BlobRef file = blob("unsealed/" + sector.fileName(), length);
    storage.declare(sector, SectorFileType.UNSEALED, path);
    return file;
  }

  @Test
  void tellsWhichSectorsItHas_andReadsPartsOfTheirFiles() throws IOException {
    SectorId sector = SectorId.of(1000, 7);
    BlobRef file = unsealed(sector, 1000);
    blob("sealed/s-t01000-8", 1);
    storage.declare(SectorId.of(1000, 8), SectorFileType.SEALED, path);
    storage.declare(SectorId.of(1000, 9), SectorFileType.CACHE, path);
    TransferServer server = server();
    Holdings told = client().holdings(server.address(), Duration.ofSeconds(10));
    assertThat(told.storageIds()).containsExactly(path.id());
    assertThat(told.sectors())
        .extracting(HeldSector::sector)
        .containsExactly(sector, SectorId.of(1000, 8));
    HeldSector.UnsealedFile held = told.sectors().get(0).unsealed().orElseThrow();
    assertThat(held.bytes()).isEqualTo(1000);
    assertThat(held.modifiedMillis())
        .isEqualTo(Files.getLastModifiedTime(path.root().resolve(file.path())).toMillis());
    assertThat(told.sectors().get(1).replica()).isTrue();

    byte[] part = new byte[100];
    client().read(server.address(), path.id(), file.path(), 900, part, 100, Duration.ofSeconds(10));
    byte[] whole = Files.readAllBytes(path.root().resolve(file.path()));
    assertThat(part).isEqualTo(Arrays.copyOfRange(whole, 900, 1000));
    assertThatThrownBy(
            () ->
                client()
                    .read(
                        server.address(),
                        path.id(),
                        file.path(),
                        901,
                        part,
                        100,
                        Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED));
  }

  @Test
  void tellsSectorsInPages_andOnlyWhoKnowsTheSecret() throws IOException {
    int count = SectorPage.SECTORS_MAX + 3;
    for (int i = 0; i < count; i++) {
      SectorId sector = SectorId.of(1000, i);
      Files.createFile(path.root().resolve("sealed/" + sector.fileName()));
      storage.declare(sector, SectorFileType.SEALED, path);
    }
    TransferServer server = server();
    assertThat(client().holdings(server.address(), Duration.ofSeconds(30)).sectors())
        .hasSize(count);
    assertThatThrownBy(() -> client("").holdings(server.address(), Duration.ofSeconds(30)))
        .hasMessageContaining("401");
  }

  @Test
  void deletesRecoveredBytes_andNothingElse() throws IOException {
    TransferServer server = server();
    BlobRef recovered = blob(".granary/blobs/unsealed/" + "ab".repeat(32), 10);
    try (InputStream in = client().blob(server.address(), recovered, Cancellation.NEVER)) {
      assertThat(in.readAllBytes()).hasSize(10);
    }
    client().deleteRecovered(server.address(), recovered);
    assertThat(path.root().resolve(recovered.path())).doesNotExist();
    for (BlobRef other : List.of(blob(VANILLA, 10), unsealed(SectorId.of(1000, 7), 10))) {
      assertThatThrownBy(() -> client().deleteRecovered(server.address(), other))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MISSING));
      assertThat(path.root().resolve(other.path())).exists();
    }
  }

  @Test
  void servesNoLinkThatLeadsOut() throws IOException {
    TransferServer server = server();
    BlobRef blob = blob(VANILLA, 10);
    Path file = path.root().resolve(VANILLA);
    Files.move(file, home.resolve("outside"));
    Files.createSymbolicLink(file, home.resolve("outside"));
    refuses(Kind.MISSING, client(), server.address(), blob);
    Files.delete(file);
    Path folder = file.resolveSibling("");
    Files.delete(folder);
    Files.createDirectories(home.resolve("elsewhere"));
    Files.move(home.resolve("outside"), home.resolve("elsewhere").resolve("7.vanilla"));
    Files.createSymbolicLink(folder, home.resolve("elsewhere"));
    refuses(Kind.MISSING, client(), server.address(), blob);
  }

  @Test
  void refusesWhatIsNotWhatWasNamed() throws IOException {
    TransferServer server = server();
    BlobRef blob = blob(VANILLA, 1000);
    refuses(
        Kind.DAMAGED, client(), server.address(), new BlobRef(path.id(), VANILLA, 1000, ZEROES));
    refuses(
        Kind.DAMAGED,
        client(),
        server.address(),
        new BlobRef(path.id(), VANILLA, 999, blob.sha256()));
    refuses(
        Kind.REFUSED,
        client(),
        server.address(),
        new BlobRef(path.id(), VANILLA, 1001, blob.sha256()));
  }

  @Test
  void goesOnWhereItBrokeOff_andGivesUpWhenThePeerStaysSilent() throws Exception {
    BlobRef blob = blob(VANILLA, 1000);
    byte[] content = Files.readAllBytes(path.root().resolve(VANILLA));
    try (ScriptedPeer peer = new ScriptedPeer()) {
      peer.answer("HTTP/1.1 206 Partial Content\r\nContent-Length: 1000\r\n\r\n", content, 0, 400);
      peer.answer("HTTP/1.1 206 Partial Content\r\nContent-Length: 600\r\n\r\n", content, 400, 600);
      assertThat(DurableFiles.sha256(fetch(client(), peer.address(), blob)))
          .isEqualTo(blob.sha256());
      assertThat(peer.requests()).hasSize(2);
      assertThat(peer.requests().get(1)).contains("bytes=400-");
    }
    Files.delete(home.resolve("fetched"));
    try (ScriptedPeer silent = new ScriptedPeer()) {
      long start = System.nanoTime();
      refuses(Kind.UNREACHABLE, client(), silent.address(), blob);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }

  private ReplicaRef replica(long sector) {
    return new ReplicaRef(
        new SectorNumber(sector), SectorSize.SIZE_2KIB.sealProofV1_1(), new Commitment(ZEROES));
  }

  private void read(
      TransferClient client, TransferAddress from, Map<SectorNumber, String> told, long... sectors)
      throws IOException {
    List<ReplicaRef> replicas = new ArrayList<>();
    for (long sector : sectors) {
      replicas.add(replica(sector));
    }
    Path folder = Files.createDirectories(home.resolve("answers"));
    new RemoteVanilla(client)
        .read(
            from,
            new VanillaAsk(
                new ActorId(1000),
                SectorSize.SIZE_2KIB.windowPoStV1_1(),
                ZEROES,
                replicas,
                Duration.ofSeconds(1)),
            folder,
            Duration.ofSeconds(10),
            new RemoteVanilla.Answers() {
              @Override
              public void proven(SectorNumber sector, Path proof) {
                told.put(sector, text(proof));
              }

              @Override
              public void unreadable(SectorNumber sector, String reason) {
                told.put(sector, "unreadable: " + reason);
              }
            },
            Cancellation.NEVER);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sectorsComeAsTheyAreRead_howeverLongOneOfThemTakes() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    Path proof = Files.writeString(home.resolve("proof"), "a proof");
    vanilla =
        (ask, sink) -> {
          sink.proven(ask.sectors().get(0).number(), proof);
          try {
            assertThat(slow.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          sink.unreadable(ask.sectors().get(1).number(), "it hangs");
          sink.finish();
        };
    TransferServer server = server();
    Map<SectorNumber, String> told = java.util.Collections.synchronizedMap(new TreeMap<>());
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () -> {
              try {
                read(client(), server.address(), told, 1, 2);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    // Longer than the limit of silence: signs of life keep the connection.
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(8))
        .until(() -> !reading.isDone() && told.size() <= 1);
    assertThat(told).containsExactly(Map.entry(new SectorNumber(1), "a proof"));
    slow.countDown();
    reading.get(10, TimeUnit.SECONDS);
    assertThat(told).containsEntry(new SectorNumber(2), "unreadable: it hangs").hasSize(2);
  }

  @Test
  void whatWasToldHolds_whenTheHolderDiesInBetween() throws Exception {
    try (ScriptedPeer peer = new ScriptedPeer()) {
      byte[] said = "{\"sector\":1,\"unreadable\":\"gone\"}\n".getBytes(StandardCharsets.UTF_8);
      peer.answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", said, 0, said.length);
      Map<SectorNumber, String> told = new TreeMap<>();
      assertThatThrownBy(() -> read(client(), peer.address(), told, 1, 2))
          .isInstanceOfSatisfying(
              TransferException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
      assertThat(told).containsOnlyKeys(new SectorNumber(1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sector\":9,\"unreadable\":\"not asked for\"}\n{\"end\":true}\n",
        "{\"sector\":1,\"length\":3,\"sha256\":\"00\"}\nabc{\"end\":true}\n",
        "{\"sector\":1,\"length\":99999999,\"sha256\":\"00\"}\n",
        "{\"sector\":-1,\"unreadable\":\"x\"}\n",
        "[]\n",
        "{\"sector\":1,\"length\":30,\"sha256\":\"00\"}\nabc"
      })
  void refusesAnAnswerThatIsNotOfTheForm(String answer) throws Exception {
    try (ScriptedPeer peer = new ScriptedPeer()) {
      byte[] said = answer.getBytes(StandardCharsets.UTF_8);
      peer.answer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", said, 0, said.length);
      Map<SectorNumber, String> told = new TreeMap<>();
      assertThatThrownBy(() -> read(client(), peer.address(), told, 1, 2))
          .isInstanceOf(TransferException.class);
      assertThat(told).isEmpty();
    }
  }

  @Test
  void copyIsKeptAndServed_whenItsOriginIsGone() throws IOException {
    TransferServer origin = server();
    StoragePaths others = paths("other-path");
    TransferServer other = server(others);
    BlobRef blob = blob(VANILLA, 700);
    client().askForCopies(other.address(), new CopyAsk(origin.address(), List.of(blob)));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> new BlobStore(others).find(blob).isPresent());
    origin.close();
    assertThat(DurableFiles.sha256(fetch(client(), other.address(), blob)))
        .isEqualTo(blob.sha256());
    assertThatThrownBy(
            () ->
                client()
                    .askForCopies(
                        other.address(),
                        new CopyAsk(
                            origin.address(),
                            List.of(new BlobRef(path.id(), "../x", 7, blob.sha256())))))
        .hasMessageContaining("400");
  }

  @Test
  void busyNodeRefuses_andIsAskedAgain() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    vanilla =
        (ask, sink) -> {
          try {
            assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          ask.sectors().forEach(s -> sink.unreadable(s.number(), "read"));
          sink.finish();
        };
    TransferServer server = server();
    List<CompletableFuture<Map<SectorNumber, String>>> asks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asks.add(
          CompletableFuture.supplyAsync(
              () -> {
                Map<SectorNumber, String> told = new TreeMap<>();
                try {
                  read(client(), server.address(), told, 1);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
                return told;
              },
              command -> new Thread(command).start()));
    }
    TimeUnit.MILLISECONDS.sleep(1500);
    busy.countDown();
    for (CompletableFuture<Map<SectorNumber, String>> ask : asks) {
      assertThat(ask.get(15, TimeUnit.SECONDS)).hasSize(1);
    }
  }

  /** Answers connections as it was told, then stays silent. */
  private static final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final List<byte[]> answers = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final List<Socket> kept = new ArrayList<>();

    ScriptedPeer() throws IOException {
      Thread thread = new Thread(this::serve, "scripted-peer");
      thread.setDaemon(true);
      thread.start();
    }

    synchronized void answer(String head, byte[] body, int from, int length) {
      byte[] start = head.getBytes(StandardCharsets.US_ASCII);
      byte[] all = java.util.Arrays.copyOf(start, start.length + length);
      System.arraycopy(body, from, all, start.length, length);
      answers.add(all);
    }

    synchronized List<String> requests() {
      return List.copyOf(requests);
    }

    TransferAddress address() {
      return new TransferAddress("127.0.0.1", socket.getLocalPort());
    }

    private void serve() {
      while (!socket.isClosed()) {
        try {
          serve(socket.accept());
        } catch (IOException e) {
          return; // Closed by the test.
        }
      }
    }

    private synchronized void serve(Socket peer) throws IOException {
      kept.add(peer);
      InputStream in = peer.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.append((char) next);
      }
      requests.add(head.toString());
      if (!answers.isEmpty()) {
        OutputStream out = peer.getOutputStream();
        out.write(answers.remove(0));
        out.flush();
        peer.shutdownOutput();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
      for (Socket peer : kept) {
        peer.close();
      }
    }
  }
}
