package io.granary.bridge.libp2p.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcesTest {
  private static final PeerId PEER = peer(1);
  private static final PeerId OTHER = peer(2);
  private static final String PROTOCOL = "/fil/storage/mk/1.2.0";

  private long now;

  private static PeerId peer(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return Identity.ofSeed(bytes).peerId();
  }

  private Resources resources(String changes) {
    return new Resources(LimitFixtures.limits(changes), () -> now);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesAConnection_whenTheNodeHasEnough() {
    Resources resources = resources("connections = { in = 2, out = 2, total = 3 }");
    ConnectionSlot first = resources.accept(address("127.0.0.1"));
    resources.accept(address("127.0.0.1"));
    assertThatThrownBy(() -> resources.accept(address("127.0.0.1")))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("connections.in of 2");
    resources.dial();
    assertThatThrownBy(resources::dial).hasMessageContaining("connections.total of 3");
    first.close();
    resources.dial();
    assertThatThrownBy(resources::dial).hasMessageContaining("connections.out of 2");
  }

  @Test
  void refusesAConnection_whenItsAddressHasEnough_andNobodyElses() {
    Resources resources = resources("connections-per-ip4 = 2");
    resources.accept(address("192.0.2.1"));
    ConnectionSlot second = resources.accept(address("192.0.2.1"));
    assertThatThrownBy(() -> resources.accept(address("192.0.2.1")))
        .hasMessageContaining("connections-per-ip4.in of 2 for 192.0.2.1");
    resources.accept(address("192.0.2.2"));
    second.close();
    resources.accept(address("192.0.2.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2001:db8:1:100::1", "2001:db8:1:1ff::9"})
  void takesAnIp6NetworkOf56BitsForOneAddress(String second) {
    Resources resources = resources("connections-per-ip6-56 = 1");
    resources.accept(address("2001:db8:1:101::1"));
    assertThatThrownBy(() -> resources.accept(address(second)))
        .hasMessageContaining("connections-per-ip6-56.in of 1");
    resources.accept(address("2001:db8:1:200::1"));
  }

  @Test
  void takesAnIp6SiteTogether() {
    Resources resources = resources("connections-per-ip6-48 = 1");
    resources.accept(address("2001:db8:1:101::1"));
    assertThatThrownBy(() -> resources.accept(address("2001:db8:1:9900::1")))
        .hasMessageContaining("connections-per-ip6-48.in of 1");
    resources.accept(address("2001:db8:2:101::1"));
  }

  @Test
  void loopbackHasNoLimitOfItsOwn() {
    Resources resources = resources("connections-per-ip4 = 1, accept-burst = 1");
    for (int i = 0; i < 10; i++) {
      resources.accept(address("127.0.0.1"));
    }
    assertThat(resources.use().connections()).isEqualTo(10);
  }

  @Test
  void refusesAddressThatConnectsTooFast_untilTimeHasPassed() {
    Resources resources = resources("accept-burst = 3, accept-every = 5s");
    InetAddress hasty = address("192.0.2.7");
    for (int i = 0; i < 3; i++) {
      resources.accept(hasty).close();
    }
    assertThatThrownBy(() -> resources.accept(hasty)).hasMessageContaining("accept-every");
    resources.accept(address("192.0.2.8")).close();
    now += Duration.ofSeconds(5).toNanos();
    resources.accept(hasty).close();
    assertThatThrownBy(() -> resources.accept(hasty)).hasMessageContaining("accept-every");
  }

  @Test
  void connectionCountsForItsPeer_onceThatIsProven() {
    Resources resources =
        resources("connections-per-peer = { in = 1, out = 1, total = 1 }, upgrading.in = 2");
    ConnectionSlot first = resources.accept(address("127.0.0.1"));
    ConnectionSlot second = resources.accept(address("127.0.0.1"));
    assertThatThrownBy(() -> resources.accept(address("127.0.0.1")))
        .hasMessageContaining("upgrading.in of 2");
    first.upgraded(PEER);
    assertThatThrownBy(() -> second.upgraded(PEER))
        .hasMessageContaining("connections-per-peer.in of 1 for " + PEER);
    second.upgraded(OTHER);
    assertThat(resources.use().upgrading()).isZero();
    first.close();
    first.close();
    ConnectionSlot third = resources.accept(address("127.0.0.1"));
    third.upgraded(PEER);
    assertThatThrownBy(() -> third.upgraded(PEER)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void streamsCountForPeerAndProtocol() {
    Resources resources =
        resources(
            "streams-per-protocol-and-peer.in = 1, streams-per-protocol.in = 2,"
                + " streams-per-peer.in = 3");
    ConnectionSlot connection = resources.accept(address("127.0.0.1"));
    connection.upgraded(PEER);
    StreamSlot first = connection.stream(PEER, Direction.IN);
    first.agreed(PROTOCOL);
    StreamSlot second = connection.stream(PEER, Direction.IN);
    assertThatThrownBy(() -> second.agreed(PROTOCOL))
        .hasMessageContaining("streams-per-protocol-and-peer.in of 1");
    second.agreed("/ipfs/ping/1.0.0");
    connection.stream(OTHER, Direction.IN).agreed(PROTOCOL);
    StreamSlot fourth = connection.stream(peer(3), Direction.IN);
    assertThatThrownBy(() -> fourth.agreed(PROTOCOL))
        .hasMessageContaining("streams-per-protocol.in of 2");
    connection.stream(PEER, Direction.IN);
    assertThatThrownBy(() -> connection.stream(PEER, Direction.IN))
        .hasMessageContaining("streams-per-peer.in of 3");
    first.close();
    connection.stream(PEER, Direction.IN);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everythingIsGivenBack_whateverIsOpenedRefusedAndClosed(long seed) {
    Random random = new Random(seed);
    Resources resources =
        resources("connections = { in = 9, out = 9, total = 12 }, streams-per-peer.in = 5");
    Deque<ConnectionSlot> connections = new ArrayDeque<>();
    List<StreamSlot> streams = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      try {
        switch (random.nextInt(5)) {
          case 0 -> connections.push(resources.accept(address("127.0.0.1")));
          case 1 -> connections.push(resources.dial());
          case 2 -> {
            if (!connections.isEmpty()) {
              connections.pollLast().close();
            }
          }
          case 3 -> {
            if (!connections.isEmpty()) {
              streams.add(connections.getFirst().stream(peer(random.nextInt(3)), Direction.IN));
            }
          }
          default -> {
            if (!streams.isEmpty()) {
              streams.get(random.nextInt(streams.size())).close();
            }
          }
        }
      } catch (LimitException e) {
        refused++;
      }
    }
    connections.forEach(ConnectionSlot::close);
    streams.forEach(StreamSlot::close);
    assertThat(refused).isPositive();
    assertThat(resources.use()).isEqualTo(new Resources.Use(0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void refusalNamesTheKeyThatItComesFrom() {
    String path = "granary.network-bridge.libp2p.limits.";
    Resources few =
        resources("connections.in = 1, of-protocol { \"/x/1\" { in = 0, out = 0, total = 0 } }");
    ConnectionSlot slot = few.accept(InetAddress.getLoopbackAddress());
    assertThatThrownBy(() -> few.accept(InetAddress.getLoopbackAddress()))
        .hasMessageStartingWith(path + "connections.in of 1 ");
    StreamSlot stream = slot.stream(PEER, Direction.IN);
    assertThatThrownBy(() -> stream.agreed("/x/1"))
        .hasMessageStartingWith(path + "of-protocol.\"/x/1\".in of 0 ");
  }

  @Test
  void badLimitIsNamed() {
    assertThatThrownBy(() -> resources("streams.in = -1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("granary.network-bridge.libp2p.limits.streams: ");
    assertThatThrownBy(() -> resources("accept-burst = 0"))
        .hasMessageStartingWith("granary.network-bridge.libp2p.limits.accept-burst: ");
  }
}
