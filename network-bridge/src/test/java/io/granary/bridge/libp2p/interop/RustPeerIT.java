package io.granary.bridge.libp2p.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;

/**
 * With rust-libp2p, which only {@code ./granary test --interop} builds; it tells by the environment
 * variable {@code GRANARY_RUST_PEER} where.
 */
class RustPeerIT extends PeerInterop {
  @Override
  List<String> program(Path built) {
    String peer = System.getenv("GRANARY_RUST_PEER");
    assumeTrue(peer != null, "GRANARY_RUST_PEER names no peer: ./granary test --interop builds it");
    return List.of(peer);
  }

  @Override
  String agent() {
    return "granary-interop-rust";
  }

  /** Its pings go on over one stream that stays open. */
  @Override
  int standingStreams() {
    return 1;
  }
}
