package io.granary.ops.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.peer.Identity;
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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node that serves deals, and what the chain says of it. */
@ExtendWith(StageExtension.class)
class PresenceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ANNOUNCED = "/dns4/sp.example/tcp/4001";

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
}
