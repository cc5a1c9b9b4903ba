package io.granary.protocol.sector;

import io.granary.protocol.Bytes;
import java.util.Optional;

/**
 * What a commit is made of, kept so that a commit taken back by a re-org can be sent again.
 *
 * @param message what brought it to the chain
 */
public record CommitProof(
    PreCommitted preCommitted, Seed seed, Bytes proof, Optional<OutgoingMessage> message) {

  CommitProof landed(OutgoingMessage.Landing at) {
    return new CommitProof(preCommitted, seed, proof, message.map(sent -> sent.landed(at)));
  }
}
