package io.granary.bridge.libp2p.interop;

import java.nio.file.Path;
import java.util.List;

/** With js-libp2p. */
class JsPeerIT extends PeerInterop {
  @Override
  List<String> program(Path built) {
    return List.of("node", built.resolve("js").resolve("peer.mjs").toString());
  }

  @Override
  String agent() {
    return "granary-interop-js";
  }
}
