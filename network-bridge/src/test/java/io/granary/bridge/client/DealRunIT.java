package io.granary.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatus;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.signature.WalletKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deals from the client's side, killed and taken up again. */
@Timeout(60)
class DealRunIT {
  private static final DealSigner SIGNER =
      DealSigner.of(
          WalletKey.derive(
              Signature.Kind.SECP256K1, "a client of tests".getBytes(StandardCharsets.UTF_8)));

  private static final long CHAIN_ID = 77;

  @TempDir private Path folder;

  /** What the chain says of each deal of the market. */
  private final Map<Long, DealOnChain.Standing> onChain =
      new ConcurrentHashMap<>(Map.of(CHAIN_ID, standing(DealOnChain.Kind.ACTIVE)));

  private static DealOnChain.Standing standing(DealOnChain.Kind kind) {
    return new DealOnChain.Standing(kind, "the chain says " + kind);
  }

  private final BoostProvider provider = new BoostProvider();
  private final NettyHost host = BoostProvider.host("listen = []");
  private final List<DealRun.Step> steps = new CopyOnWriteArrayList<>();

  /** What the provider of the test knows. */
  private volatile Optional<DealParams> taken = Optional.empty();

  private volatile Optional<Bytes> fetched = Optional.empty();
  private final AtomicInteger proposals = new AtomicInteger();
  private volatile long number = CHAIN_ID;

  @BeforeEach
  void statusIsServed() {
    provider.serve(ProviderLink.STATUS, item -> Optional.of(status(item).toCbor()));
  }

  @AfterEach
  void close() {
    host.close();
    provider.close();
  }

  private DealBook book() {
    return new DealBook(folder.resolve("client"));
  }

  private DealRun run(String settings) {
    ClientSettings changed = BoostProvider.settings(settings);
    ProviderLink link = new ProviderLink(host, provider.address(), changed);
    return new DealRun(
        link,
        SIGNER,
        book(),
        (id, proposal) -> onChain.getOrDefault(id, standing(DealOnChain.Kind.UNKNOWN)),
        changed,
        steps::add);
  }

  private DealRecord deal() throws IOException {
    byte[] content = new byte[700_000];
    new Random(3).nextBytes(content);
    Path file = Files.write(folder.resolve("file"), content);
    DealId id = new DealId(UUID.randomUUID());
    Payload payload =
        Payload.of(file, UnixFsProfile.KUBO_CID_V1, folder.resolve(id + ".car"), bytes -> {});
    ClientDealProposal signed =
        new ProposalDraft(
                payload.root(),
                payload.piece(),
                SIGNER.address(),
                BoostProvider.MINER,
                new Epoch(10_000),
                ProposalDraft.DURATION_EPOCHS,
                TokenAmount.ofAtto(5),
                false,
                TokenAmount.ZERO)
            .sign(SIGNER);
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    return new DealRecord(
        id,
        Instant.parse("2026-01-01T00:00:00Z"),
        file.toString(),
        provider.address(),
        payload.root(),
        payload.car().toString(),
        payload.carBytes(),
        Optional.empty(),
        signed,
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

  /** Takes every proposal, after looking at what the client has on disk by then. */
  private void acceptAll() {
    provider.serve(
        ProviderLink.DEAL_121,
        item -> {
          proposals.incrementAndGet();
          DealParams params = DealParams.fromCbor(item);
          assertThat(book().get(params.id()).stage()).isEqualTo(DealStage.PROPOSED);
          taken = Optional.of(params);
          return Optional.of(DealResponse.yes().toCbor());
        });
  }

  /** A step further with each question: fetched at the first, sealed by the third. */
  private DealStatusResponse status(Bytes item) {
    DealStatusRequest request = DealStatusRequest.fromCbor(item);
    Optional<DealParams> known = taken.filter(deal -> deal.id().equals(request.id()));
    if (known.isEmpty()) {
      return DealStatusResponse.unknown(request.id());
    }
    if (!request.signedBy(SIGNER.address())) {
      return DealStatusResponse.unsigned(request.id());
    }
    DealParams deal = known.get();
    if (fetched.isEmpty()) {
      fetched = Optional.of(fetch(deal));
      return answer(deal, "Accepted", "");
    }
    return provider.requests().size() % 2 == 0
        ? answer(deal, "AddedPiece", "Sealer: Proving")
        : answer(deal, "Transferred", "");
  }

  private DealStatusResponse answer(DealParams deal, String checkpoint, String sealing) {
    ClientDealProposal signed = deal.proposal().orElseThrow();
    DealStatus status =
        new DealStatus(
            "",
            checkpoint,
            signed.proposal(),
            Optional.empty(),
            Optional.of(number),
            sealing,
            signed.cid());
    return new DealStatusResponse(
        "", deal.id(), false, Optional.of(status), deal.transfer().size(), 100);
  }

  /** As Boost fetches: HEAD, then ranges with the headers of the transfer. */
  private static Bytes fetch(DealParams deal) {
    TransferSource.Http source =
        (TransferSource.Http) TransferSource.parse(deal.transfer().params());
    HttpClient http = HttpClient.newHttpClient();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(source.uri())
              .header("Authorization", String.valueOf(source.headers().get("Authorization")));
      long size =
          http.send(
                  request.copy().method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
                  BodyHandlers.discarding())
              .headers()
              .firstValueAsLong("Content-Length")
              .orElseThrow();
      assertThat(size).isEqualTo(deal.transfer().size());
      for (long at = 0; at < size; at += 100_000) {
        String range = "bytes=" + at + "-" + (at + 99_999);
        all.writeBytes(
            http.send(request.copy().header("Range", range).build(), BodyHandlers.ofByteArray())
                .body());
      }
      return Bytes.of(all.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(60)
  void becomesActive_whenItIsTheFirstOfTheMarket() throws Exception {
    acceptAll();
    number = 0;
    onChain.put(number, standing(DealOnChain.Kind.ACTIVE));
    DealRecord last = run("").start(deal(), DealRun.Until.ACTIVE);
    assertThat(last.stage()).isEqualTo(DealStage.ACTIVE);
    assertThat(last.checkpoint()).as("not before its number is told").isEqualTo("AddedPiece");
  }

  @Test
  void becomesActive_whenTheProviderFetchesAndSealsIt() throws Exception {
    acceptAll();
    DealRecord deal = deal();
    DealRecord last = run("").start(deal, DealRun.Until.ACTIVE);
    assertThat(last.stage()).isEqualTo(DealStage.ACTIVE);
    assertThat(book().get(deal.id())).isEqualTo(last);
    byte[] data = fetched.orElseThrow().toArray();
    assertThat(data).isEqualTo(Files.readAllBytes(Path.of(deal.car())));
    assertThat(Cid.commP(CommP.of(new ByteArrayInputStream(data)).commP()))
        .isEqualTo(deal.signed().proposal().piece());
    assertThat(taken.orElseThrow().proposal()).contains(deal.signed());
    assertThat(proposals).hasValue(1);
    assertThat(steps.stream().map(DealRun.Step::note)).contains("accepted");
  }

  @Test
  void isOver_whenTheProviderRefuses() throws Exception {
    provider.serve(
        ProviderLink.DEAL_121,
        item -> Optional.of(DealResponse.no("failed validation: too dear").toCbor()));
    DealRecord deal = deal();
    DealRecord last = run("").start(deal, DealRun.Until.ACTIVE);
    assertThat(last.stage()).isEqualTo(DealStage.REJECTED);
    assertThat(book().get(deal.id()).message()).isEqualTo("failed validation: too dear");
    assertThat(run("").resume(last, DealRun.Until.ACTIVE)).isEqualTo(last);
  }

  @Test
  void findsItsDealAgain_whenItWasKilledBeforeTheAnswer() throws Exception {
    provider.serve(
        ProviderLink.DEAL_121,
        item -> {
          proposals.incrementAndGet();
          taken = Optional.of(DealParams.fromCbor(item));
          return Optional.empty(); // The answer never comes.
        });
    DealRecord deal = deal();
    assertThatThrownBy(() -> run("").start(deal, DealRun.Until.ACTIVE))
        .isInstanceOf(ClientException.class);
    DealRecord found = book().all().get(0);
    assertThat(found).isEqualTo(deal);
    assertThat(run("").resume(found, DealRun.Until.ACTIVE).stage()).isEqualTo(DealStage.ACTIVE);
    assertThat(proposals).hasValue(1);
  }

  @Test
  void proposesTheSameDealAgain_whenTheProviderNeverHeardOfIt() throws Exception {
    DealRecord deal = deal();
    book().put(deal); // Killed right after it was written.
    acceptAll();
    DealRecord last = run("").resume(book().get(deal.id()), DealRun.Until.ACTIVE);
    assertThat(last.stage()).isEqualTo(DealStage.ACTIVE);
    assertThat(taken.orElseThrow().id()).isEqualTo(deal.id());
  }

  @Test
  void isNotBelieved_whenTheStatusIsOfOtherTerms() throws Exception {
    acceptAll();
    DealRecord deal = deal();
    DealRecord other = deal();
    taken = Optional.of(other.params());
    DealRecord mixed =
        new DealRecord(
            other.id(),
            deal.made(),
            deal.source(),
            deal.provider(),
            deal.root(),
            deal.car(),
            deal.carBytes(),
            deal.recipient(),
            new ProposalDraft(
                    deal.root(),
                    new io.granary.protocol.piece.PieceInfo(
                        deal.signed().proposal().piece().toUnsealedCommitment(), 1 << 20),
                    SIGNER.address(),
                    BoostProvider.MINER,
                    new Epoch(10_001),
                    ProposalDraft.DURATION_EPOCHS,
                    TokenAmount.ofAtto(5),
                    false,
                    TokenAmount.ZERO)
                .sign(SIGNER),
            Optional.empty(),
            false,
            false,
            DealStage.ACCEPTED,
            "",
            "");
    fetched = Optional.of(Bytes.empty());
    assertThatThrownBy(() -> run("").look(mixed))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("other terms");
  }

  @Test
  void isNotActive_whenOnlyTheProviderSaysSo() throws Exception {
    acceptAll();
    DealRecord deal = deal();
    fetched = Optional.of(Bytes.empty());
    taken = Optional.of(deal.params());
    book().put(deal);
    onChain.put(CHAIN_ID, standing(DealOnChain.Kind.PUBLISHED));
    List<DealRun.Step> looks = List.of(run("").look(deal), run("").look(deal));
    assertThat(looks).allMatch(look -> look.deal().stage() == DealStage.ACCEPTED);
    assertThat(looks)
        .extracting(DealRun.Step::note)
        .contains("Sealer: Proving; the chain says PUBLISHED");
    onChain.put(CHAIN_ID, standing(DealOnChain.Kind.ACTIVE));
    assertThat(run("").look(deal).deal().stage()).isEqualTo(DealStage.ACTIVE);
    onChain.put(CHAIN_ID, standing(DealOnChain.Kind.SLASHED));
    assertThat(run("").look(deal).deal().stage()).isEqualTo(DealStage.FAILED);
  }

  @Test
  void stopsFollowing_whenNobodyAnswersAnyMore() throws Exception {
    DealRecord deal = deal().at(DealStage.ACCEPTED, "Transferred", "");
    book().put(deal);
    provider.close();
    assertThatThrownBy(
            () ->
                run("poll-failures-max = 2, open-tries = 1, answer-limit = 2s")
                    .resume(deal, DealRun.Until.ACTIVE))
        .isInstanceOf(ClientException.class);
    assertThat(book().get(deal.id())).isEqualTo(deal);
  }

  @Test
  void bookKeepsEveryDeal_andPassesOverALineCutByACrash() throws Exception {
    DealRecord first = deal();
    DealRecord second = deal();
    book().put(first);
    book().put(second);
    book().put(first.at(DealStage.ACCEPTED, "Accepted", ""));
    Path file = folder.resolve("client/deals.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    Files.writeString(
        file,
        String.join("\n", lines) + "\n" + lines.get(1).substring(0, lines.get(1).length() / 2));
    assertThat(book().all()).containsExactly(first.at(DealStage.ACCEPTED, "Accepted", ""), second);
    book().put(second.at(DealStage.REJECTED, "", "no"));
    assertThat(book().all())
        .containsExactly(
            first.at(DealStage.ACCEPTED, "Accepted", ""), second.at(DealStage.REJECTED, "", "no"));
    assertThat(Files.readAllLines(file)).hasSize(4);
    assertThat(
            java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    lines.set(0, "{}");
    Files.write(file, lines);
    assertThatThrownBy(() -> book().all())
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("line 1");
  }
}
