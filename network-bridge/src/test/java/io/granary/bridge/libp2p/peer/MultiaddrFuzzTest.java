package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import java.nio.charset.StandardCharsets;

/** Addresses as bytes and as text. */
class MultiaddrFuzzTest {
  @FuzzTest
  void comesOutAsItWentIn_whenAccepted(byte[] input) {
    Parsing.of(input, () -> Multiaddr.ofBytes(input), PeerFormatException.class)
        .ifPresent(
            address -> {
              assertThat(address.bytes()).isEqualTo(input);
              check(address);
            });
    String text = new String(input, StandardCharsets.UTF_8);
    Parsing.of(input, () -> Multiaddr.parse(text), PeerFormatException.class)
        .ifPresent(MultiaddrFuzzTest::check);
  }

  private static void check(Multiaddr address) {
    assertThat(Multiaddr.ofBytes(address.bytes())).isEqualTo(address);
    assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    address.tcp().ifPresent(target -> assertThat(target.port()).isBetween(0, 0xffff));
    address.url().ifPresent(url -> assertThat(url.getHost()).isNotEmpty());
    address
        .peer()
        .ifPresent(
            peer -> {
              assertThat(address.withPeer(peer)).isEqualTo(address);
              if (address.parts().size() > 1) {
                assertThat(address.withoutPeer().withPeer(peer)).isEqualTo(address);
              }
            });
  }
}
