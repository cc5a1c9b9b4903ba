package io.granary.bench;

import static org.assertj.core.api.Assertions.assertThatCode;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the stream benchmark's own peers do, in one process. */
@Timeout(60)
class StreamPeerIT {
  /** No multiple of the pattern or of a frame. */
  private static final long BYTES = 3_000_001;

  private static NettyHost host() {
    return NettyHost.start(Identity.generate(), Libp2pSettings.from(ConfigFactory.load()));
  }

  @Test
  void sinkAndSourceHold_whenAllBytesArriveAsTheyWereSent() {
    try (NettyHost server = host();
        NettyHost client = host()) {
      StreamPeer.serve(server);
      Multiaddr address = server.listenAddresses().get(0).withPeer(server.peerId());
      assertThatCode(() -> StreamPeer.sink(client, address, BYTES)).doesNotThrowAnyException();
      assertThatCode(() -> StreamPeer.source(client, address, BYTES)).doesNotThrowAnyException();
    }
  }
}
