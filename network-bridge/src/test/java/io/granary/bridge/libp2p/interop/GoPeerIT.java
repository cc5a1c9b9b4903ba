package io.granary.bridge.libp2p.interop;

import java.nio.file.Path;
import java.util.List;

/** With go-libp2p. */
class GoPeerIT extends PeerInterop {
  @Override
  List<String> program(Path built) {
    return List.of(built.resolve("go").resolve("peer").toString());
  }

  @Override
  String agent() {
    return "granary-interop-go";
  }
}
