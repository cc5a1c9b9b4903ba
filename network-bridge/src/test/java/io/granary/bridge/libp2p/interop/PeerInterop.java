package io.granary.bridge.libp2p.interop;

import static io.granary.bridge.libp2p.interop.Calls.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pException;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.yamux.StreamResetException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same for each kind of peer: they dial us, and we dial one that listens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(90)
abstract class PeerInterop {
  private static final String AGENT = "granary-interop/1";
  private static final String PING = "/ipfs/ping/1.0.0";
  private static final String NOBODY = "/granary/interop/nobody/1.0.0";
  private static final String LATE_MUXER = "--late-muxer";
  private static final long LARGE = 64L << 20;
  private static final int STREAMS = 100;
  static final Duration LIMIT = Duration.ofSeconds(20);

  private Path logs = Path.of("");
  private List<String> program = List.of();
  private final List<PeerProcess> peers = new ArrayList<>();
  private final List<NettyHost> hosts = new ArrayList<>();
  private Multiaddr theirs = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");

  /** How the program is called. */
  abstract List<String> program(Path built);

  /** What it calls itself. */
  abstract String agent();

  /** How many streams it keeps open on a connection, at most, without being asked. */
  int standingStreams() {
    return 0;
  }

  @BeforeAll
  void listen(@TempDir Path folder) throws Exception {
    logs = folder;
    program = program(PeerProcess.built());
    theirs = start("listen").address();
  }

  @AfterAll
  void end() {
    peers.forEach(PeerProcess::close);
  }

  @BeforeEach
  void clear() {
    hosts.clear();
  }

  @AfterEach
  void close() {
    hosts.forEach(NettyHost::close);
  }

  private PeerProcess start(String... arguments) throws Exception {
    PeerProcess peer = PeerProcess.start(logs, program, List.of(arguments));
    peers.add(peer);
    return peer;
  }

  /** The peer that listens. */
  final Multiaddr theirs() {
    return theirs;
  }

  private NettyHost host() {
    return host("");
  }

  final NettyHost host(String more) {
    String changes =
        "granary.network-bridge.libp2p { "
            + more
            + "\nagent = \""
            + AGENT
            + "\", limits.streams-per-protocol-and-peer { in = 200, out = 200, total = 200 } }";
    NettyHost host =
        NettyHost.start(
            Identity.generate(),
            Libp2pSettings.from(
                ConfigFactory.parseString(changes).withFallback(ConfigFactory.load()).resolve()));
    hosts.add(host);
    new Services().serve(host);
    return host;
  }

  private static String address(NettyHost host) {
    return host.listenAddresses().get(0).withPeer(host.peerId()).toString();
  }

  private Calls calls() {
    return new Calls(host(), theirs);
  }

  // --- they dial us

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ping",
        "echo:1000000",
        "sink:" + LARGE,
        "source:" + LARGE,
        "streams:" + STREAMS,
        "reset",
        "half-close",
        "unknown",
        "wrong-peer"
      })
  void servesWhoDials(String command) throws Exception {
    NettyHost host = host();
    String unused = start("dial", address(host), command).success();
    await().atMost(LIMIT).until(() -> host.use().streams() == 0 && host.use().connections() == 0);
    assertThat(host.use().windowBytes()).isZero();
  }

  @Test
  void tellsWhoDialsWhoWeAre() throws Exception {
    NettyHost host = host();
    JsonNode said = new ObjectMapper().readTree(start("dial", address(host), "identify").success());
    assertThat(said.path("agent").asText()).isEqualTo(AGENT);
    assertThat(said.path("key").asText()).isEqualTo(host.peerId().toString());
    assertThat(said.path("protocols").valueStream().map(JsonNode::asText))
        .containsExactlyInAnyOrderElementsOf(host.protocols());
    assertThat(said.path("listen").valueStream().map(JsonNode::asText))
        .containsExactly(host.listenAddresses().get(0).toString());
    String observed = said.path("observed").asText();
    assertThat(observed).matches("/ip4/127\\.0\\.0\\.1/tcp/\\d+");
    if (said.has("local")) {
      assertThat(observed).isEqualTo(said.path("local").asText());
    }
  }

  @Test
  void servesWhoDials_whenTheMuxerIsAgreedAfterNoise() throws Exception {
    NettyHost host = host();
    String unused =
        start(LATE_MUXER, "dial", address(host), "ping", "identify", "echo:1000000").success();
  }

  // --- we dial them

  @Test
  void pingsThem() throws Exception {
    Calls.Call call = calls().open(PING);
    byte[] block = new byte[32];
    block[5] = 55;
    call.write(block);
    assertThat(get(call.some())).isPositive();
    call.closeWrite();
    assertThat(get(call.end()).bytes()).isEqualTo(block);
  }

  @Test
  void learnsWhoTheyAre() throws Exception {
    NettyHost host = host();
    RemotePeer them = get(host.connect(theirs.peer().orElseThrow(), List.of(theirs)));
    assertThat(them.id()).isEqualTo(theirs.peer().orElseThrow());
    assertThat(them.agent()).isEqualTo(agent());
    assertThat(them.protocols()).contains(PING, "/ipfs/id/1.0.0").containsAll(Services.ALL);
    assertThat(them.listenAddresses()).contains(theirs.withoutPeer());
    Multiaddr observed = them.observed().orElseThrow().withoutPeer();
    assertThat(observed.toString()).matches("/ip4/127\\.0\\.0\\.1/tcp/\\d+");
  }

  @Test
  void theyEcho() throws Exception {
    get(calls().echo(1_000_000));
  }

  @Test
  void theyTakeALargeStream() throws Exception {
    Calls.Call call = calls().open(Services.SINK);
    call.start(() -> call.sendPattern(LARGE, call::closeWrite));
    Calls.Received answer = get(call.end());
    assertThat(answer.bytes())
        .isEqualTo(
            ByteBuffer.allocate(40).putLong(LARGE).put(StreamEnd.patternHash(LARGE)).array());
  }

  @Test
  void theySendALargeStream() throws Exception {
    Calls.Call call = calls().open(Services.SOURCE);
    call.write(ByteBuffer.allocate(Long.BYTES).putLong(LARGE).array());
    get(call.end()).checkPattern(LARGE);
    call.closeWrite();
  }

  @Test
  void manyStreamsAtOnce() throws Exception {
    Calls calls = calls();
    List<CompletionStage<Void>> echoes =
        Stream.iterate(10_000L, count -> count + 1).limit(STREAMS).map(calls::echo).toList();
    for (CompletionStage<Void> echo : echoes) {
      get(echo);
    }
    NettyHost host = (NettyHost) calls.host();
    await().atMost(LIMIT).until(() -> host.use().streams() <= standingStreams());
    assertThat(host.use().connections()).isEqualTo(1);
  }

  @Test
  void resetsOfEitherSideEndOneStream() throws Exception {
    Calls calls = calls();
    Calls.Call alive = calls.open(Services.ECHO);
    alive.write((byte) 42);
    assertThat(get(alive.some())).isEqualTo(1);
    Calls.Call theirReset = calls.open(Services.RESET);
    theirReset.write((byte) 1);
    assertThatThrownBy(() -> get(theirReset.end())).hasCauseInstanceOf(StreamResetException.class);
    Calls.Call ourReset = calls.open(Services.ECHO);
    ourReset.write((byte) 42);
    assertThat(get(ourReset.some())).isEqualTo(1);
    Calls.Tally before = calls.tally();
    ourReset.stream().reset();
    await().atMost(LIMIT).until(() -> calls.tally().resets() == before.resets() + 1);
    alive.write((byte) 43);
    alive.closeWrite();
    assertThat(get(alive.end()).bytes()).containsExactly(42, 43);
  }

  @Test
  void weSendOn_whenTheyHaveClosedTheirSide() throws Exception {
    long late = 300_000;
    Calls calls = calls();
    Calls.Tally before = calls.tally();
    Calls.Call call = calls.open(Services.SOURCE);
    call.write(ByteBuffer.allocate(Long.BYTES).putLong(100_000).array());
    get(call.end()).checkPattern(100_000);
    call.start(() -> call.sendPattern(late, call::closeWrite));
    await().atMost(LIMIT).until(() -> calls.tally().lateBytes() == before.lateBytes() + late);
  }

  @Test
  void theyRefuseAProtocol_andTakeTheNext() throws Exception {
    Calls calls = calls();
    assertThatThrownBy(() -> calls.open(NOBODY))
        .hasCauseInstanceOf(P2pException.class)
        .hasMessageContaining(NOBODY);
    Calls.Call call = calls.open(NOBODY, Services.ECHO);
    assertThat(call.stream().protocol()).isEqualTo(Services.ECHO);
    call.closeWrite();
    assertThat(get(call.end()).count()).isZero();
  }

  @Test
  void doesNotConnect_whenTheyAreSomebodyElse() {
    NettyHost host = host();
    assertThatThrownBy(
            () -> get(host.connect(Identity.generate().peerId(), List.of(theirs.withoutPeer()))))
        .hasCauseInstanceOf(P2pException.class)
        .hasMessageContaining(theirs.peer().orElseThrow().toString());
    await().atMost(LIMIT).until(() -> host.use().connections() == 0);
  }

  @Test
  void dialsThem_whenTheMuxerIsAgreedAfterNoise() throws Exception {
    Multiaddr late = start(LATE_MUXER, "listen").address();
    get(new Calls(host(), late).echo(1_000_000));
  }
}
