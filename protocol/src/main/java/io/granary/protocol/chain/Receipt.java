package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * What became of a message.
 *
 * @param exitCode 0 for success, else chain.md 3.4
 * @param returnValue CBOR of the method's return, empty for none
 * @param eventsRoot the actor events it emitted, empty for none
 */
public record Receipt(long exitCode, Bytes returnValue, long gasUsed, Optional<Cid> eventsRoot) {
  /** A receipt without events. */
  public Receipt(long exitCode, Bytes returnValue, long gasUsed) {
    this(exitCode, returnValue, gasUsed, Optional.empty());
  }

  public boolean succeeded() {
    return exitCode == 0;
  }
}
