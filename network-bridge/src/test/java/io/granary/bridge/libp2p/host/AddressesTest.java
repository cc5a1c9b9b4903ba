package io.granary.bridge.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.bridge.libp2p.peer.Multiaddr;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static final List<InetAddress> INTERFACES =
      Stream.of("127.0.0.1", "192.168.1.5", "203.0.113.9", "::1", "fe80::1", "2001:db8::7")
          .map(Addresses::literal)
          .toList();

  @Test
  void namesTheInterfaces_whenTheAddressIsUnspecified() {
    assertThat(specified("/ip4/0.0.0.0/tcp/4001"))
        .containsExactly(
            "/ip4/127.0.0.1/tcp/4001", "/ip4/192.168.1.5/tcp/4001", "/ip4/203.0.113.9/tcp/4001");
  }

  @Test
  void namesBothKinds_butNoneOfOneLink_whenTheSocketTakesBoth() {
    assertThat(specified("/ip6/::/tcp/4001"))
        .containsExactly(
            "/ip4/127.0.0.1/tcp/4001",
            "/ip4/192.168.1.5/tcp/4001",
            "/ip4/203.0.113.9/tcp/4001",
            "/ip6/::1/tcp/4001",
            "/ip6/2001:db8::7/tcp/4001");
  }

  @Test
  void namesEachOnce_andLeavesOthersAsTheyAre() {
    assertThat(specified("/ip4/127.0.0.1/tcp/1", "/dns4/sp.example/tcp/2", "/ip4/0.0.0.0/tcp/1"))
        .containsExactly(
            "/ip4/127.0.0.1/tcp/1",
            "/dns4/sp.example/tcp/2",
            "/ip4/192.168.1.5/tcp/1",
            "/ip4/203.0.113.9/tcp/1");
  }

  @Test
  void namesNoMoreThanItsBound() {
    List<InetAddress> thousand =
        Stream.iterate(0, i -> i + 1)
            .limit(1000)
            .map(i -> Addresses.literal("10.0." + i / 256 + "." + i % 256))
            .toList();
    Multiaddr any = Multiaddr.parse("/ip4/0.0.0.0/tcp/1");
    assertThat(Addresses.specified(List.of(any), () -> thousand))
        .hasSize(Addresses.INTERFACE_ADDRESSES_MAX);
  }

  private static List<String> specified(String... listened) {
    return Addresses.specified(Stream.of(listened).map(Multiaddr::parse).toList(), () -> INTERFACES)
        .stream()
        .map(Multiaddr::toString)
        .toList();
  }
}
