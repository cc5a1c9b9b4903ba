package io.granary.devnet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.Devnet;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.RpcClient;
import io.granary.protocol.json.JsonScalars;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trouble on demand, as a client of two endpoints sees it. */
class TroubleTest {
  @TempDir Path directory;
  private Devnet devnet;
  private RpcClient first;
  private RpcClient second;

  @BeforeEach
  void start() throws Exception {
    devnet =
        Devnet.start(
            Policies.settings("granary.devnet { production = stepped, extra-ports = [0] }")
                .at(directory, 0),
            new FakeVerifier());
    first = new RpcClient(devnet);
    second = new RpcClient(devnet, devnet.url(1));
    for (int i = 0; i < 10; i++) {
      devnet.step(0);
    }
  }

  @AfterEach
  void stop() {
    devnet.close();
  }

  private static long height(RpcClient client) throws Exception {
    return client.result("Filecoin.ChainHead").get("Height").asLong();
  }

  @Test
  void answersOnTheOtherEndpoint_whenOneIsOut() throws Exception {
    second.result("Granary.DevnetOutage", 0, 600_000);

    assertThatThrownBy(() -> height(first)).isInstanceOf(IOException.class);
    devnet.step(0);
    assertThat(height(second)).isEqualTo(11);

    second.result("Granary.DevnetOutage", 0, 0);
    assertThat(height(first)).isEqualTo(11);
  }

  @Test
  void answersTheOneWhoOrderedIt_whenAnOutageBegins() throws Exception {
    assertThat(first.result("Granary.DevnetOutage", 0, 600_000).asBoolean()).isTrue();
    assertThatThrownBy(() -> height(first)).isInstanceOf(IOException.class);

    RpcClient control = new RpcClient(devnet, devnet.url(0).resolve(RpcServer.CONTROL_PATH));
    assertThat(height(control)).isEqualTo(10);
    control.result("Granary.DevnetOutage", 0, 0);
    assertThat(height(first)).isEqualTo(10);
  }

  @Test
  void breaksSocketsOff_whenAnOutageBegins() throws Exception {
    try (RpcClient.Socket socket = first.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      socket.next();
      socket.next();

      devnet.trouble(0).outage(Duration.ofMinutes(10));

      assertThat(socket.isGone(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void endsByItself_whenTheTimeIsOver() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    Trouble trouble = new Trouble(now::get);
    trouble.outage(Duration.ofNanos(20));

    now.addAndGet(19);
    assertThat(trouble.isOut()).isTrue();
    now.addAndGet(1);
    assertThat(trouble.isOut()).isFalse();
  }

  @Test
  void answersAnOlderHead_whenOneEndpointLags() throws Exception {
    JsonNode newest = JsonScalars.TIPSET_KEY.write(devnet.head().key());
    first.result("Granary.DevnetLag", 1, 3);

    assertThat(height(first)).isEqualTo(10);
    assertThat(height(second)).isEqualTo(7);
    assertThat(second.call("Filecoin.ChainGetTipSet", newest).has("error")).isTrue();
    devnet.step(0);
    assertThat(height(second)).isEqualTo(8);
    first.result("Granary.DevnetLag", 1, 0);
    assertThat(height(second)).isEqualTo(11);
  }

  @Test
  void catchesUpInOneStep_whenAStreamNoLongerLags() throws Exception {
    devnet.trouble(1).lag(3);
    try (RpcClient.Socket socket = second.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      socket.next();
      assertThat(socket.next().at("/params/1/0/Val/Height").asLong()).isEqualTo(7);
      devnet.step(0);
      assertThat(socket.next().at("/params/1/0/Val/Height").asLong()).isEqualTo(8);

      devnet.trouble(1).lag(0);
      devnet.step(0);

      assertThat(socket.next().get("params").get(1)).hasSize(4);
    }
  }

  @Test
  void saysNothing_whenAStreamIsSilent() throws Exception {
    try (RpcClient.Socket socket = first.open()) {
      socket.send(RpcClient.request("Filecoin.ChainNotify"));
      socket.next();
      socket.next();
      first.result("Granary.DevnetSilence", 0, true);
      devnet.step(0);
      devnet.step(0);
      assertThat(socket.isSilent()).isTrue();

      first.result("Granary.DevnetSilence", 0, false);
      devnet.step(0);

      JsonNode changes = socket.next().get("params").get(1);
      assertThat(changes)
          .extracting(change -> change.at("/Val/Height").asLong())
          .isEqualTo(List.of(11L, 12L, 13L));
    }
  }

  @Test
  void answersLate_whenAMethodIsSlow() throws Exception {
    first.result("Granary.DevnetSlow", 0, "Filecoin\\.Chain.*", 300);
    long begin = System.nanoTime();
    height(first);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(290));

    assertThat(devnet.trouble(0).delay("Filecoin.StateNetworkName")).isEqualTo(Duration.ZERO);
    first.result("Granary.DevnetSlow", 0, "Filecoin\\.Chain.*", 0);
    assertThat(devnet.trouble(0).delay("Filecoin.ChainHead")).isEqualTo(Duration.ZERO);
  }

  @Test
  void refusesTrouble_whenThereIsNoSuchEndpointOrPattern() throws Exception {
    assertThat(first.call("Granary.DevnetLag", 2, 1).at("/error/message").asText())
        .isEqualTo("endpoint: there are 2, no number 2");
    assertThat(first.call("Granary.DevnetSlow", 0, "(", 1).has("error")).isTrue();
  }

  @Test
  void forksWithoutNullRounds_whenAskedFor() throws Exception {
    JsonNode head = first.result("Granary.DevnetFork", 3, 5, true);

    assertThat(head.get("Height").asLong()).isEqualTo(15);
    assertThat(devnet.head().height().value()).isEqualTo(15);
  }

  @Test
  void forcesTheBaseFeeAndTellsIt_whenAsked() throws Exception {
    assertThat(first.result("Granary.DevnetBaseFee", "10000").asText()).isEqualTo("10000");
    devnet.step(0);
    assertThat(devnet.head().blocks().get(0).parentBaseFee().toString()).isEqualTo("10000");
    assertThat(first.result("Granary.DevnetBaseFee", "0").asText()).isEqualTo("100");
    assertThat(first.result("Granary.DevnetStatus").get("BaseFee").asText()).isEqualTo("100");
  }
}
