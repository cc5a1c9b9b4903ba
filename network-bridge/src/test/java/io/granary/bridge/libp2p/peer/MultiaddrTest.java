package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.peer.Multiaddr.TcpTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final String ID = "12D3KooWPqT2nMDSiXUSx5D7fasaxhxKigVhcqfkKqrLghCq9jxz";
  private static final String OTHER = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";

  @ParameterizedTest
  @CsvSource({
    "/ip4/192.0.2.1/tcp/4001, IP4, 192.0.2.1, 4001",
    "/ip6/2001:db8::1/tcp/65535, IP6, 2001:db8::1, 65535",
    "/dns/sp.example/tcp/0, DNS, sp.example, 0",
    "/dns4/sp.example/tcp/1, DNS4, sp.example, 1",
    "/dns6/sp.example/tcp/80, DNS6, sp.example, 80",
  })
  void givesTheTarget_whenPlainTcp(String text, MultiaddrProtocol kind, String host, int port) {
    TcpTarget target = new TcpTarget(kind, host, port);
    assertThat(Multiaddr.parse(text).tcp()).contains(target);
    assertThat(Multiaddr.parse(text + "/p2p/" + ID).tcp()).contains(target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/192.0.2.1",
        "/tcp/4001",
        "/tcp/4001/ip4/192.0.2.1",
        "/ip4/192.0.2.1/udp/4001",
        "/ip4/192.0.2.1/udp/4001/quic-v1",
        "/ip4/192.0.2.1/tcp/4001/ws",
        "/ip4/192.0.2.1/tcp/443/tls/ws",
        "/dnsaddr/sp.example/tcp/4001",
        "/ip4/192.0.2.1/tcp/4001/p2p/" + OTHER + "/p2p-circuit",
        "/ip4/192.0.2.1/tcp/4001/p2p/" + OTHER + "/p2p-circuit/p2p/" + ID,
        "/p2p/" + ID,
      })
  void givesNoTarget_whenSomethingElseIsNeeded(String text) {
    assertThat(Multiaddr.parse(text).tcp()).isEmpty();
  }

  @Test
  void addsAndTakesAwayThePeer_whenAsked() {
    Multiaddr plain = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
    PeerId peer = PeerId.parse(ID);
    Multiaddr full = plain.withPeer(peer);
    assertThat(full).hasToString("/ip4/192.0.2.1/tcp/4001/p2p/" + ID);
    assertThat(full.peer()).contains(peer);
    assertThat(full.withPeer(peer)).isEqualTo(full);
    assertThat(full.withoutPeer()).isEqualTo(plain);
    assertThat(plain.withoutPeer()).isEqualTo(plain);
    assertThat(plain.peer()).isEmpty();
    assertThatThrownBy(() -> full.withPeer(PeerId.parse(OTHER)))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining(OTHER);
    assertThatThrownBy(() -> Multiaddr.parse("/p2p/" + ID).withoutPeer())
        .isInstanceOf(PeerFormatException.class);
  }

  @Test
  void meansTheTarget_whenThroughARelay() {
    Multiaddr relayed =
        Multiaddr.parse("/ip4/192.0.2.1/tcp/1/p2p/" + OTHER + "/p2p-circuit/p2p/" + ID);
    assertThat(relayed.peer()).contains(PeerId.parse(ID));
    assertThat(relayed.has(MultiaddrProtocol.P2P_CIRCUIT)).isTrue();
    assertThat(Multiaddr.parse("/ip4/192.0.2.1/tcp/1/p2p/" + OTHER + "/p2p-circuit").peer())
        .isEmpty();
  }

  @Test
  void isMadeOfASocketsAddress_whenTcp() throws UnknownHostException {
    byte[] four = {(byte) 192, 0, 2, 1};
    assertThat(Multiaddr.tcp(InetAddress.getByAddress(four), 4001))
        .hasToString("/ip4/192.0.2.1/tcp/4001");
    byte[] six = new byte[16];
    six[15] = 1;
    assertThat(Multiaddr.tcp(InetAddress.getByAddress(six), 65535))
        .hasToString("/ip6/::1/tcp/65535");
    assertThatThrownBy(() -> Multiaddr.tcp(InetAddress.getByAddress(four), 65536))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ip4/1.2.3.4/tcp/65536 | /tcp '65536': is no port",
        "/ip4/1.2.3.256/tcp/1 | /ip4 '1.2.3.256': is no IPv4",
        "/ip4/1.2.3.4/tcp | nothing after /tcp (word 3)",
        "/ip4//tcp/1 | nothing after /ip4",
        "/ip4/1.2.3.4/tcp/1/ws/yes | no protocol 'yes' (word 6)",
        "ip4/1.2.3.4 | no / in front",
        "/ip4/1.2.3.4/p2p/12D3 | /p2p '12D3': peer id",
        "/http-path/a%2 | /http-path 'a%2': has a % without two hex digits",
        "/memory/18446744073709551616 | /memory '18446744073709551616': is no number below 2^64",
      })
  void namesTheOffendingPart_whenTextIsBad(String text, String complaint) {
    assertThatThrownBy(() -> Multiaddr.parse(text))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "047f0000 | /ip4 has 4 bytes, 3 follow",
        "047f000001ff7f | no protocol with code 16383 (byte 5)",
        "350a7370 | /dns has 10 bytes, 2 follow",
        "3500 | /dns (byte 2): empty",
        "3502610a | control characters",
        "3503612f62 | has a / inside",
        "3503612062 | has white space",
        "3502c328 | is no UTF-8",
        "a503021200 | /p2p (byte 3): peer id",
        "8400 | varint longer than needed",
        "04 | /ip4 has 4 bytes, 0 follow",
        "d20302d401 | /certhash (byte 3)",
        "35ffffffffffffffff7f | bytes, 0 follow",
        "9003032f6b6c9003032f6c36 | /unix is followed by another part",
      })
  void namesTheOffendingPart_whenBytesAreBad(String hex, String complaint) {
    assertThatThrownBy(() -> Multiaddr.ofBytes(HexFormat.of().parseHex(hex)))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void refuses_whenEmptyOrTooLong() {
    assertThatThrownBy(() -> Multiaddr.ofBytes(new byte[0]))
        .isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> Multiaddr.ofBytes(new byte[Multiaddr.BYTES_MAX + 1]))
        .isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> Multiaddr.parse("/ws".repeat(2000)))
        .isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> Multiaddr.parse("/ws".repeat(1000)))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining("2000 bytes");
  }

  @Test
  void quotesNothingInvisible_whenTextIsBad() {
    assertThatThrownBy(() -> Multiaddr.parse("/dns/a\nb" + "c".repeat(300)))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "::, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1::0, 1::",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "::ffff:c000:201, ::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
  })
  void printsIp6_asRfc5952(String text, String printed) {
    assertThat(Multiaddr.parse("/ip6/" + text)).hasToString("/ip6/" + printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        ":",
        ":1",
        "1:",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7",
        "12345::",
        "g::",
        "::1.2.3",
        "1.2.3.4::",
        "1.2.3.4:1::",
        "1:2:3:4:5:6:7:8::",
        "::1%eth0",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::01.2.3.4",
        "+1::",
        "1:2:3:4::5:6:7:8"
      })
  void refusesIp6_whenMalformed(String text) {
    assertThatThrownBy(() -> Multiaddr.parse("/ip6/" + text))
        .isInstanceOf(PeerFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/dns4/h/tcp/443/tls/ws, wss://h",
    "/dns/h/tcp/8443/wss, wss://h:8443",
    "/dns/h/tcp/80/http, http://h",
    "/dns/h/tcp/443/http, http://h:443",
    "/ip6/::1/tcp/8080/http, http://[::1]:8080",
    "/dns/h/tls/sni/h/http/http-path/a%2Fb%20c, https://h/a/b%20c",
    "/dns/h/https/http-path/%2Fa, https://h/a",
    "/dns/h/https/p2p/12D3KooWPqT2nMDSiXUSx5D7fasaxhxKigVhcqfkKqrLghCq9jxz, https://h",
  })
  void givesTheUrl_whenHttpOrWebSocket(String text, String url) {
    assertThat(Multiaddr.parse(text).url())
        .hasValueSatisfying(found -> assertThat(found).hasToString(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dns/h/tcp/443/tls",
        "/dns/h/udp/443/http",
        "/dns/h/tls/sni/other/http",
        "/dns/h/tls/https",
        "/dns/h/http/ws",
        "/dns/user@evil/https",
        "/dns/h:80/https",
        "/dns/h?q/https",
        "/tcp/443/https",
        "/p2p/" + ID,
      })
  void givesNoUrl_whenSomethingElse(String text) {
    assertThat(Multiaddr.parse(text).url()).isEmpty();
  }
}
