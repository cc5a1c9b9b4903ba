package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import java.util.Optional;

/**
 * Why and since when a sector is not proven.
 *
 * @param challenge the randomness of the challenge it failed, when known: it reads well again only
 *     when it answers that very challenge
 */
public record Fault(String reason, Epoch since, Optional<Bytes> challenge) {
  public Fault {
    challenge.ifPresent(bytes -> bytes.requireLength(32, "challenge"));
  }
}
