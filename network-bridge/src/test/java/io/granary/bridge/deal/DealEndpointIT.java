package io.granary.bridge.deal;

import static io.granary.bridge.deal.DealEndpoint.ASK;
import static io.granary.bridge.deal.DealEndpoint.STATUS;
import static io.granary.bridge.deal.DealEndpoint.TRANSPORTS;
import static io.granary.bridge.deal.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.protocol.Bytes;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.RetrievalTransports;
import io.granary.protocol.vector.VectorRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a provider over loopback sockets; requests are those of market-deals.json. */
@Timeout(60)
class DealEndpointIT {
  private static final JsonNode VECTORS = VectorRows.file("market-deals").required("derived");
  private static final String MK_120 = "/fil/storage/mk/1.2.0";
  private static final String MK_121 = "/fil/storage/mk/1.2.1";
  private static final Bytes PROPOSAL = vector("deal_params_online_1_2_1");

  private final List<NettyHost> hosts = new ArrayList<>();
  private final FakeDesk desk = new FakeDesk();
  private final ExecutorService deskThread = Executors.newSingleThreadExecutor();
  private final NettyHost provider = host();
  private final NettyHost client = host();

  private static Bytes vector(String row) {
    return Bytes.fromHex(VECTORS.required(row).asText());
  }

  private NettyHost host() {
    String changes =
        "granary.network-bridge.libp2p.limits.streams-per-protocol-and-peer"
            + " { in = 200, out = 200, total = 200 }";
    NettyHost host =
        NettyHost.start(
            Identity.generate(),
            Libp2pSettings.from(
                ConfigFactory.parseString(changes).withFallback(ConfigFactory.load()).resolve()));
    hosts.add(host);
    return host;
  }

  private DealEndpoint serve(String changes) {
    DealEndpointSettings settings =
        DealEndpointSettings.from(
            ConfigFactory.parseString("granary.network-bridge.deals { " + changes + " }")
                .withFallback(ConfigFactory.load())
                .resolve());
    return DealEndpoint.serve(provider, desk, settings, deskThread);
  }

  @AfterEach
  void close() {
    hosts.forEach(NettyHost::close);
    assertThat(deskThread.shutdownNow()).isEmpty();
  }

  private RawClient open(String... protocols) throws Exception {
    return RawClient.open(client, provider, protocols);
  }

  private static DealResponse response(RawClient client) throws Exception {
    return DealResponse.fromCbor(client.answer());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deal_params_online_1_2_1",
        "deal_params_online_1_2_0_five_keys",
        "deal_params_offline_1_2_1"
      })
  void takesProposals_whateverTheVersionOfTheStream(String row) throws Exception {
    DealEndpoint endpoint = serve("");
    for (String protocol : List.of(MK_120, MK_121)) {
      desk.proposals.clear();
      RawClient stream = open(protocol).write(vector(row));
      assertThat(stream.answer()).isEqualTo(vector("deal_response_accepted"));
      assertThat(desk.proposals).containsExactly(DealParams.fromCbor(vector(row)));
      stream.closeWrite();
      get(stream.gone());
    }
    await().until(() -> endpoint.requests() == 0 && endpoint.atDesk() == 0);
  }

  @Test
  void answers_whenTheClientClosesItsSideBeforeTheAnswer() throws Exception {
    serve("");
    RawClient stream = open(MK_121, MK_120).write(PROPOSAL).closeWrite();
    assertThat(response(stream).accepted()).isTrue();
    get(stream.gone());
  }

  @Test
  void findsTheEnd_whenBytesComeOneByOne() throws Exception {
    serve("");
    RawClient stream = open(MK_120);
    for (int i = 0; i < PROPOSAL.length(); i++) {
      assertThat(desk.proposals).isEmpty();
      stream.write(PROPOSAL.slice(i, 1));
    }
    assertThat(response(stream).accepted()).isTrue();
  }

  @Test
  void dropsWhatFollowsTheRequest() throws Exception {
    serve("");
    Bytes garbage = Bytes.of(new byte[600_000]);
    RawClient stream = open(MK_120).write(Bytes.concat(PROPOSAL, garbage)).write(PROPOSAL);
    assertThat(response(stream).accepted()).isTrue();
    assertThat(desk.proposals).hasSize(1);
    stream.closeWrite();
    get(stream.gone());
  }

  @Test
  void saysWhatIsWrong_whenTheRequestIsNoProposal() throws Exception {
    serve("");
    List<Bytes> wrong =
        List.of(
            Bytes.fromHex("ff"),
            Bytes.fromHex("bf"), // indefinite length
            Bytes.fromHex("80"),
            Bytes.fromHex("a1684465616c5555494443001122"), // three bytes of an id
            Bytes.fromHex("9f".repeat(50)),
            Bytes.fromHex("81".repeat(50))); // too deep
    for (Bytes request : wrong) {
      DealResponse answer = response(open(MK_120).write(request));
      assertThat(answer.accepted()).isFalse();
      assertThat(answer.message()).startsWith("the request cannot be ");
    }
    assertThat(desk.proposals).isEmpty();
  }

  @Test
  void refuses_whenTheRequestIsTooLong() throws Exception {
    serve("request-bytes-max = 300");
    assertThat(response(open(MK_120).write(PROPOSAL)).message()).contains("300 bytes");
    assertThat(desk.proposals).isEmpty();
  }

  @Test
  void saysSo_whenTheStreamEndsTooEarly() throws Exception {
    serve("");
    RawClient stream = open(MK_120).write(PROPOSAL.slice(0, 100)).closeWrite();
    assertThat(response(stream).message()).contains("ended after 100 bytes");
  }

  @Test
  void saysSo_whenTheRequestDoesNotArrive() throws Exception {
    DealEndpoint endpoint = serve("read-limit = 300ms");
    RawClient stream = open(MK_120).write(PROPOSAL.slice(0, 100));
    assertThat(response(stream).message()).contains("did not arrive");
    assertThat(endpoint.requests()).isZero();
  }

  @Test
  void tellsHowDataIsFetchedBack_whenTheStreamIsOpened() throws Exception {
    serve(
        "retrieval-transports = [{ name = http, addresses = ["
            + "\"/dns4/sp.example/tcp/443/tls/http\"] }]");
    RawClient stream = open(TRANSPORTS);
    assertThat(stream.answer()).isEqualTo(vector("transports_response"));
    assertThat(RetrievalTransports.fromCbor(stream.answer()).transports()).hasSize(1);
    stream.closeWrite();
    get(stream.gone());
  }

  @Test
  void tellsTheStatus() throws Exception {
    serve("");
    DealStatusResponse answer =
        DealStatusResponse.fromCbor(open(STATUS).write(vector("status_request")).answer());
    assertThat(answer.error()).startsWith("no storage deal found");
    assertThat(answer.id()).hasToString("00112233-4455-6677-8899-aabbccddeeff");
    assertThat(desk.statuses).hasSize(1);
  }

  @Test
  void statusSaysWhatIsWrong_whenTheRequestIsNone() throws Exception {
    serve("");
    Bytes long4k = Bytes.fromHex("591001" + "00".repeat(4097));
    for (Bytes wrong : List.of(Bytes.fromHex("80"), long4k)) {
      DealStatusResponse answer = DealStatusResponse.fromCbor(open(STATUS).write(wrong).answer());
      assertThat(answer.error()).startsWith("the request cannot be ");
    }
    assertThat(desk.statuses).isEmpty();
  }

  @Test
  void tellsTheAsk() throws Exception {
    serve("");
    desk.ask = AskResponse.fromCbor(vector("ask_response"));
    assertThat(open(ASK).write(vector("ask_request")).answer()).isEqualTo(vector("ask_response"));
  }

  @Test
  void askIsReset_whenItCannotBeRead() throws Exception {
    serve("");
    RawClient stream = open(ASK).write(Bytes.fromHex("ff"));
    assertThatThrownBy(stream::answer).hasMessageContaining("reset");
  }

  @Test
  void saysTryAgain_whenTheDeskFails() throws Exception {
    DealEndpoint endpoint = serve("");
    desk.decide = params -> CompletableFuture.failedStage(new IllegalStateException("no chain"));
    assertThat(response(open(MK_120).write(PROPOSAL)).message())
        .isEqualTo(RequestStream.UNREACHABLE);
    desk.decide =
        params -> {
          throw new IllegalStateException("no store");
        };
    assertThat(response(open(MK_120).write(PROPOSAL)).message())
        .isEqualTo(RequestStream.UNREACHABLE);
    await().until(() -> endpoint.requests() == 0 && endpoint.atDesk() == 0);
  }

  @Test
  void saysTryAgain_whenTheDeskIsLate() throws Exception {
    DealEndpoint endpoint = serve("answer-limit = 300ms");
    CompletableFuture<DealResponse> decision = new CompletableFuture<>();
    desk.decide = params -> decision;
    RawClient stream = open(MK_120).write(PROPOSAL);
    assertThat(response(stream).message()).contains("no decision").contains("try again");
    assertThat(endpoint.atDesk()).isZero();
    decision.complete(DealResponse.yes());
    desk.decide = params -> CompletableFuture.completedStage(DealResponse.yes());
    assertThat(response(open(MK_120).write(PROPOSAL)).accepted()).isTrue();
  }

  @Test
  void deskDecidesAllTheSame_whenThePeerGoesAway() throws Exception {
    DealEndpoint endpoint = serve("");
    CompletableFuture<DealResponse> decision = new CompletableFuture<>();
    desk.decide = params -> decision;
    RawClient stream = open(MK_120).write(PROPOSAL);
    await().until(() -> desk.proposals.size() == 1);
    stream.reset();
    client.close();
    await().until(() -> provider.use().streams() == 0);
    assertThat(endpoint.requests()).isEqualTo(1);
    decision.complete(DealResponse.yes());
    await().until(() -> endpoint.requests() == 0 && endpoint.atDesk() == 0);
  }

  @Test
  void nothingIsHeld_whenThePeerGoesAwayInTheMiddle() throws Exception {
    DealEndpoint endpoint = serve("");
    RawClient stream = open(MK_120).write(PROPOSAL.slice(0, 100));
    await().until(() -> endpoint.requests() == 1);
    stream.reset();
    await().until(() -> endpoint.requests() == 0);
    assertThat(desk.proposals).isEmpty();
  }

  @Test
  void takesAHundredProposalsAtOnce_aFewAtATime() throws Exception {
    DealEndpoint endpoint = serve("requests-per-peer-max = 100, desk-in-flight-max = 3");
    List<CompletableFuture<DealResponse>> open = new ArrayList<>();
    desk.decide =
        params -> {
          CompletableFuture<DealResponse> decision = new CompletableFuture<>();
          open.add(decision);
          return decision;
        };
    List<CompletionStage<RawClient>> streams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      streams.add(
          RawClient.opening(client, provider, MK_120).thenApply(one -> one.write(PROPOSAL)));
    }
    await().until(() -> endpoint.requests() == 100 && endpoint.atDesk() == 3);
    assertThat(desk.proposals).hasSizeLessThanOrEqualTo(3);
    for (int i = 0; i < 100; i++) {
      int next = i;
      await().pollInterval(Duration.ofMillis(5)).until(() -> get(onDesk(open::size)) > next);
      assertThat(get(onDesk(open::size))).isLessThanOrEqualTo(next + 3);
      get(onDesk(() -> open.get(next))).complete(DealResponse.no("no " + next));
    }
    for (CompletionStage<RawClient> stream : streams) {
      assertThat(response(get(stream)).message()).startsWith("no ");
    }
    assertThat(desk.proposals).hasSize(100);
    await().until(() -> endpoint.requests() == 0 && endpoint.atDesk() == 0);
  }

  private <T> CompletionStage<T> onDesk(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, deskThread);
  }

  @Test
  void newStreamsAreNotRead_whileRequestsWait() throws Exception {
    serve("desk-in-flight-max = 1");
    CompletableFuture<DealResponse> decision = new CompletableFuture<>();
    desk.decide = params -> decision;
    RawClient first = open(MK_120).write(PROPOSAL);
    await().until(() -> desk.proposals.size() == 1);
    RawClient second = open(MK_120).write(PROPOSAL);
    RawClient third = open(MK_120).write(PROPOSAL);
    decision.complete(DealResponse.yes());
    for (RawClient stream : List.of(first, second, third)) {
      assertThat(response(stream).accepted()).isTrue();
    }
  }

  @Test
  void refusesHonestly_whenAPeerHasTooManyRequests_andServesOthers() throws Exception {
    serve("requests-per-peer-max = 2");
    CompletableFuture<DealResponse> decision = new CompletableFuture<>();
    desk.decide = params -> decision;
    RawClient first = open(MK_120).write(PROPOSAL);
    RawClient second = open(MK_120).write(PROPOSAL);
    await().until(() -> desk.proposals.size() == 2);
    assertThat(response(open(MK_120).write(PROPOSAL)).message()).isEqualTo(RequestStream.BUSY);
    NettyHost other = host();
    RawClient others = RawClient.open(other, provider, MK_120).write(PROPOSAL);
    await().until(() -> desk.proposals.size() == 3);
    decision.complete(DealResponse.yes());
    for (RawClient stream : List.of(first, second, others)) {
      assertThat(response(stream).accepted()).isTrue();
    }
  }

  @Test
  void peerThatNeverReadsNorClosesIsReset() throws Exception {
    DealEndpoint endpoint = serve("linger-limit = 300ms");
    RawClient stream = open(MK_120).write(PROPOSAL);
    stream.stopReading();
    await().until(() -> provider.use().streams() == 0);
    assertThat(endpoint.requests()).isZero();
    assertThat(response(open(MK_120).write(PROPOSAL)).accepted()).isTrue();
  }

  @Test
  void tellsPeersWhichProtocolsItServes() {
    serve("");
    assertThat(provider.protocols())
        .contains(MK_120, MK_121, STATUS, ASK, TRANSPORTS)
        .doesNotContain("/fil/storage/transfer/1.0.0");
  }
}
