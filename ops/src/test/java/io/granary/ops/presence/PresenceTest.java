package io.granary.ops.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.Leave;
import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.ops.stage.ManagementStage;
import io.granary.ops.stage.StageExtension;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ChangePeerIdParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.TipSetKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node that serves deals, and what the chain says of it. */
@ExtendWith(StageExtension.class)
class PresenceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ANNOUNCED = "/dns4/sp.example/tcp/4001";

  /** Changes nothing on chain. */
  private static final Config SECOND_NODE =
      ConfigFactory.load(
          ConfigFactory.parseString(
                  """
                  akka.cluster.roles = [ops]
                  akka.cluster.jmx.multi-mbeans-in-same-jvm = on
                  akka.coordinated-shutdown.exit-jvm = off
                  akka.loglevel = WARNING
                  akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  granary.node.presence { correct = off, every = 1s, patience = 0s }
                  """)
              .withFallback(ConfigFactory.parseResources("granary-akka.conf")));

  @TempDir private Path folder;
  private ManagementStage stage;

  @BeforeEach
  void take(ManagementStage given) {
    stage = given;
  }

  private MinerInfo onChain() {
    return stage
        .chain()
        .minerInfo(Address.parse(stage.miner()).requireId(), TipSetKey.HEAD)
        .toCompletableFuture()
        .join();
  }

  private JsonNode awaitRight() {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> stage.client().get("/v1/net").path("onChain"),
            found -> found.path("problems").isEmpty() && found.has("lookedAt"));
  }

  @Test
  void chainNamesPeerAndAddresses_onceDealsAreServed() {
    JsonNode found = awaitRight();
    MinerInfo info = onChain();
    String peer = stage.peer().peerId().toString();
    assertThat(info.peerId()).contains(peer);
    assertThat(ChainRecord.of(info).addresses()).hasToString("[" + ANNOUNCED + "]");
    assertThat(found.path("peerId").asText()).isEqualTo(peer);
    assertThat(found.path("addresses").get(0).asText()).isEqualTo(ANNOUNCED);
    assertThat(found.path("nodes").get(0).path("peerId").asText()).isEqualTo(peer);
  }

  @Test
  void peerIdIsPutRight_whenSomebodyElseWroteAnother() {
    awaitRight();
    MinerInfo before = onChain();
    Bytes another = Bytes.of(Identity.generate().peerId().bytes());
    stage
        .chain()
        .pushMessage(
            Message.of(
                before.worker(),
                Address.parse(stage.miner()),
                TokenAmount.ZERO,
                MinerMethod.CHANGE_PEER_ID,
                new ChangePeerIdParams(another).toCbor()),
            SendSpec.DEFAULT)
        .toCompletableFuture()
        .join();
    await().atMost(PATIENCE).until(() -> !onChain().peerId().equals(before.peerId()));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(onChain().peerId()).isEqualTo(before.peerId()));
    assertThat(List.copyOf(onChain().multiaddrs())).isEqualTo(before.multiaddrs());
  }

  /** The other node's card comes to the stage's node by distributed data alone. */
  @Test
  void nodeWithAnotherKeyIsNamed_whileItIsThere() {
    awaitRight();
    MinerInfo before = onChain();
    PeerId other = Identity.generate().peerId();
    AtomicInteger asked = new AtomicInteger();
    ActorTestKit second = ActorTestKit.create("management", SECOND_NODE);
    try {
      Cluster cluster = Cluster.get(second.system());
      cluster.manager().tell(Join.create(Cluster.get(stage.system()).selfMember().address()));
      await().atMost(PATIENCE).until(() -> cluster.selfMember().status().equals(MemberStatus.up()));
      Presence presence =
          Presence.start(
              second.system(),
              new PresencePorts(
                  Address.parse(stage.miner()).requireId(),
                  stage.chain(),
                  () -> CompletableFuture.completedFuture(before.worker()),
                  (intent, recipient) -> asked.incrementAndGet(),
                  folder.resolve("absent-addresses.json"),
                  InstantSource.system()),
              PresenceSettings.from(SECOND_NODE),
              "node-2",
              other,
              List.of());
      JsonNode found =
          await()
              .atMost(PATIENCE)
              .until(
                  () -> stage.client().get("/v1/net").path("onChain"),
                  each -> each.path("nodes").size() == 2 && each.path("problems").size() == 1);
      assertThat(found.path("problems").get(0).asText())
          .startsWith("node node-2 is the peer " + other);
      await().atMost(PATIENCE).until(() -> presence.status().nodes().size() == 2);
      assertThat(onChain()).isEqualTo(before);
      assertThat(asked).hasValue(0);
      cluster.manager().tell(Leave.create(cluster.selfMember().address()));
      await().atMost(PATIENCE).until(cluster::isTerminated);
    } finally {
      second.shutdownTestKit();
    }
    assertThat(awaitRight().path("nodes").size()).isEqualTo(1);
  }
}
