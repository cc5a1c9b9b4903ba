package io.granary.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.client.secret.RecipientKey;
import io.granary.bridge.deal.DealEndpoint;
import io.granary.bridge.deal.DealEndpointSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.retrieval.MemoryIndex;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.bridge.transfer.HttpDealFetcher;
import io.granary.bridge.transfer.Staging;
import io.granary.bridge.transfer.TransferSettings;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.SignedStorageAsk;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.port.IndexedPiece;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import io.granary.protocol.signature.WalletKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client's library against this product's own handlers over loopback: proposal, status and ask
 * by libp2p, the provider's fetch, and both ways of retrieval. Only the desk is the test's.
 */
@Timeout(60)
class StoreAndFetchIT {
  private static final WalletKey CLIENT = key("a client of tests");
  private static final WalletKey WORKER = key("a worker of tests");

  @TempDir private Path folder;

  private final NettyHost provider = BoostProvider.host("listen = [\"/ip4/127.0.0.1/tcp/0\"]");
  private final NettyHost client = BoostProvider.host("listen = []");
  private final ExecutorService deskThread = Executors.newSingleThreadExecutor();
  private final List<AutoCloseable> open = new ArrayList<>(List.of(client, provider));

  private static WalletKey key(String seed) {
    return WalletKey.derive(Signature.Kind.SECP256K1, seed.getBytes(StandardCharsets.UTF_8));
  }

  private static Config settings(String changes) {
    return ConfigFactory.parseString("granary.network-bridge { " + changes + " }")
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    assertThat(deskThread.shutdownNow()).isEmpty();
  }

  private MemoryDesk serve(String changes) {
    HttpDealFetcher fetcher =
        new HttpDealFetcher(
            TransferSettings.from(
                settings("transfers { allow-private-addresses = true, disk-reserve = 0 }")),
            Staging.open("storage-1", folder.resolve("provider")));
    open.add(fetcher);
    MemoryDesk desk = new MemoryDesk(fetcher, WORKER);
    DealEndpoint unused =
        DealEndpoint.serve(
            provider,
            desk,
            DealEndpointSettings.from(settings("deals { " + changes + " }")),
            deskThread);
    return desk;
  }

  private ProviderLink link() {
    return new ProviderLink(
        client,
        new Provider(BoostProvider.MINER, provider.peerId(), provider.listenAddresses()),
        BoostProvider.settings(""));
  }

  private DealBook book() {
    return new DealBook(folder.resolve("client"));
  }

  private DealRun run(WalletKey signer) {
    return new DealRun(
        link(),
        DealSigner.of(signer),
        book(),
        StoreAndFetchIT::onChain,
        BoostProvider.settings(""),
        step -> {});
  }

  private static DealOnChain.Standing onChain(long chainDealId, DealProposal proposal) {
    return new DealOnChain.Standing(
        chainDealId == MemoryDesk.CHAIN_DEAL ? DealOnChain.Kind.ACTIVE : DealOnChain.Kind.UNKNOWN,
        "as the test has it");
  }

  private DealRecord deal(Payload payload, DealId id) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    ProposalDraft draft =
        new ProposalDraft(
            payload.root(),
            payload.piece(),
            CLIENT.address(),
            BoostProvider.MINER,
            new Epoch(10_000),
            ProposalDraft.DURATION_EPOCHS,
            TokenAmount.ofAtto(5),
            false,
            TokenAmount.ZERO);
    return new DealRecord(
        id,
        Instant.parse("2026-01-01T00:00:00Z"),
        folder.resolve("source").toString(),
        link().provider(),
        payload.root(),
        payload.car().toString(),
        payload.carBytes(),
        Optional.empty(),
        draft.sign(DealSigner.of(CLIENT)),
        Optional.of(
            new DealRecord.Serving(
                "127.0.0.1",
                port,
                URI.create("http://127.0.0.1:" + port + "/unguessable/" + id + ".car"),
                "Bearer secret")),
        false,
        false,
        DealStage.PROPOSED,
        "",
        "");
  }

  private Payload payload(DealId id) throws IOException {
    byte[] content = new byte[700_000];
    new Random(3).nextBytes(content);
    Path source = Files.write(folder.resolve("source"), content);
    return Payload.of(source, UnixFsProfile.KUBO_CID_V1, folder.resolve(id + ".car"), bytes -> {});
  }

  @Test
  void dataComesBack_whenItWasStoredWithOurOwnHandlers() throws Exception {
    MemoryDesk desk = serve("");
    DealId id = new DealId(UUID.randomUUID());
    Payload payload = payload(id);
    DealRecord last = run(CLIENT).start(deal(payload, id), DealRun.Until.ACTIVE);
    assertThat(last.stage()).isEqualTo(DealStage.ACTIVE);
    assertThat(desk.proposals).hasValue(1);
    DealFetcher.End.Complete end = (DealFetcher.End.Complete) desk.end(id).orElseThrow();
    byte[] staged = Files.readAllBytes(folder.resolve("provider").resolve(end.file().path()));
    assertThat(staged).isEqualTo(Files.readAllBytes(payload.car()));
    fetchedBack(payload, staged);
  }

  private void fetchedBack(Payload payload, byte[] staged) throws IOException {
    MemoryIndex index = new MemoryIndex();
    Pieces pieces = new Pieces();
    PieceCopy copy = pieces.add(payload.piece(), staged);
    PieceIndexer indexer = new PieceIndexer(index, CarLimits.DEFAULT, Duration.ofSeconds(5));
    assertThat(indexer.index(copy).stage()).isEqualTo(IndexedPiece.Stage.COMPLETE);
    RetrievalServer server =
        RetrievalServer.start(
            RetrievalSettings.from(settings("retrieval.port = 0")),
            index,
            pieces,
            InstantSource.system());
    open.add(server);
    URI url = URI.create("http://127.0.0.1:" + server.address().getPort());
    Retrieval retrieval =
        new Retrieval(BoostProvider.settings(""), RecipientKey::generate, bytes -> {});
    Path byRoot = folder.resolve("by-root");
    retrieval.byRoot(url, payload.root(), byRoot, Retrieval.Form.FILES);
    Path byPiece = folder.resolve("by-piece");
    retrieval.byPiece(
        url, payload.piece(), Optional.of(payload.root()), byPiece, Retrieval.Form.FILES);
    byte[] stored = Files.readAllBytes(folder.resolve("source"));
    assertThat(byRoot).hasBinaryContent(stored);
    assertThat(byPiece).hasBinaryContent(stored);
  }

  @Test
  void isTakenOnce_whenItIsProposedAgain() throws Exception {
    MemoryDesk desk = serve("");
    DealId id = new DealId(UUID.randomUUID());
    DealRecord deal = deal(payload(id), id);
    assertThat(link().propose(deal.params()).accepted()).isTrue();
    book().put(deal); // Killed before the answer was written down.
    assertThat(run(CLIENT).resume(book().get(id), DealRun.Until.ACTIVE).stage())
        .isEqualTo(DealStage.ACTIVE);
    assertThat(desk.proposals).hasValue(1);
    assertThat(link().propose(deal.params()).accepted()).isTrue();
  }

  @Test
  void isRefusedWithTheReason_whenTheProposalIsTooLong() throws Exception {
    MemoryDesk desk = serve("request-bytes-max = 300");
    DealId id = new DealId(UUID.randomUUID());
    DealRecord last = run(CLIENT).start(deal(payload(id), id), DealRun.Until.ACTIVE);
    assertThat(last.stage()).isEqualTo(DealStage.REJECTED);
    assertThat(last.message()).contains("300");
    assertThat(desk.proposals).hasValue(0);
  }

  @Test
  void statusIsTold_onlyToTheClientOfTheDeal() throws Exception {
    MemoryDesk desk = serve("");
    DealId id = new DealId(UUID.randomUUID());
    DealRecord deal = deal(payload(id), id);
    assertThat(link().propose(deal.params()).accepted()).isTrue();
    assertThat(link().status(id, DealSigner.of(CLIENT)).status()).isPresent();
    assertThat(link().status(id, DealSigner.of(WORKER)).error())
        .isEqualTo("signature verification failed");
    assertThat(link().status(new DealId(UUID.randomUUID()), DealSigner.of(CLIENT)).error())
        .contains("no storage deal found");
    assertThat(desk.proposals).hasValue(1);
  }

  @Test
  void asksAndTransports_areThoseOfTheSettings() {
    MemoryDesk unused =
        serve(
            "retrieval-transports = [{ name = http, addresses = [\"/ip4/127.0.0.1/tcp/7777/http\"]"
                + " }]");
    SignedStorageAsk ask = link().ask(WORKER.address());
    assertThat(ask.ask().price()).isEqualTo(TokenAmount.ofAtto(7));
    assertThatThrownBy(() -> link().ask(CLIENT.address()))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("did not sign");
    ProviderLink other =
        new ProviderLink(
            client,
            new Provider(Address.ofId(7), provider.peerId(), provider.listenAddresses()),
            BoostProvider.settings(""));
    assertThatThrownBy(other::ask)
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("no ask for this miner");
    assertThat(RetrievalServers.of(link().transports()))
        .containsExactly(URI.create("http://127.0.0.1:7777"));
  }

  /** Pieces whose data lies in memory. */
  private static final class Pieces implements PieceReader {
    private final Map<Commitment, PieceCopy> copies = new ConcurrentHashMap<>();

    PieceCopy add(PieceInfo info, byte[] data) {
      PieceCopy copy =
          new PieceCopy() {
            @Override
            public PieceInfo piece() {
              return info;
            }

            @Override
            public long payloadBytes() {
              return data.length;
            }

            @Override
            public InputStream open(long offset, long length) {
              byte[] padded = Arrays.copyOf(data, (int) Math.max(data.length, offset + length));
              return new ByteArrayInputStream(padded, (int) offset, (int) length);
            }
          };
      copies.put(info.commP(), copy);
      return copy;
    }

    @Override
    public Lookup find(Commitment commP) {
      PieceCopy copy = copies.get(commP);
      return copy == null ? new Lookup.Unknown() : new Lookup.Here(copy);
    }
  }
}
