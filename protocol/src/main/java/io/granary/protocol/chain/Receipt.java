package io.granary.protocol.chain;

import io.granary.protocol.Bytes;

/**
 * What became of a message.
 *
 * @param exitCode 0 for success, else chain.md 3.4
 * @param returnValue CBOR of the method's return, empty for none
 */
public record Receipt(long exitCode, Bytes returnValue, long gasUsed) {
  public boolean succeeded() {
    return exitCode == 0;
  }
}
