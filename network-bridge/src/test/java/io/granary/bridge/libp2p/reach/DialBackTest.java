package io.granary.bridge.libp2p.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The bytes are put together by hand after autonat-v1.md. */
class DialBackTest {
  /** /ip4/127.0.0.1/tcp/1314. */
  private static final String ADDRESS = "047f000001060522";

  private static DialBack response(String hex) {
    return DialBack.response(HexFormat.of().parseHex(hex));
  }

  @Test
  void readsAddress_whenPeerGotThrough() {
    DialBack answer = response("08011a0c0800" + "1a08" + ADDRESS);
    assertThat(answer.outcome()).isEqualTo(DialBack.Outcome.REACHED);
    assertThat(answer.address()).contains(Multiaddr.parse("/ip4/127.0.0.1/tcp/1314"));
    assertThat(Contact.Reach.of(answer))
        .isEqualTo(new Contact.Reach(Optional.of(true), "/ip4/127.0.0.1/tcp/1314"));
  }

  @Test
  void readsWhy_whenPeerDidNotGetThrough() {
    DialBack answer = response("08011a070864" + "12036e6574");
    assertThat(answer)
        .isEqualTo(new DialBack(DialBack.Outcome.NOT_REACHED, Optional.empty(), "net"));
    assertThat(Contact.Reach.of(answer).known()).contains(false);
  }

  @Test
  void knowsNothing_whenPeerRefusesToDial() {
    DialBack answer = response("08011a020865");
    assertThat(answer)
        .isEqualTo(new DialBack(DialBack.Outcome.NOT_TRIED, Optional.empty(), "status 101"));
    assertThat(Contact.Reach.of(answer).known()).isEmpty();
  }

  @Test
  void refuses_whatIsNoResponse() {
    assertThatThrownBy(() -> response("0800"))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("type 0");
    assertThatThrownBy(() -> response("0801"))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("without its content");
    assertThatThrownBy(() -> response("08011a0508001a01ff"))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("address");
  }

  @Test
  void asksByIdAndAddresses() {
    PeerId self = Identity.generate().peerId();
    Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/1314");
    ProtoReader in = new ProtoReader(DialBack.request(self, List.of(address)), "message");
    assertThat(in.next()).isTrue();
    assertThat(in.varint()).isZero();
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(2);
    ProtoReader dial = in.message("dial");
    assertThat(dial.next()).isTrue();
    ProtoReader peer = dial.message("peer");
    assertThat(peer.next()).isTrue();
    assertThat(peer.bytes(64)).isEqualTo(self.bytes());
    assertThat(peer.next()).isTrue();
    assertThat(peer.bytes(64)).isEqualTo(HexFormat.of().parseHex(ADDRESS));
    assertThat(peer.next()).isFalse();
    assertThat(in.next()).isFalse();
  }
}
