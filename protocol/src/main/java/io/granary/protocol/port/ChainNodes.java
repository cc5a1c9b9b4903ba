package io.granary.protocol.port;

import io.granary.protocol.chain.ChainStatus;

/** The chain nodes behind a {@link ChainGateway}, as operators want to see them. */
public interface ChainNodes {
  /** How things stand now; answers at once from what was last heard. Any thread may ask. */
  ChainStatus chainStatus();
}
