package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import java.util.Optional;

/**
 * The precommit as the chain holds it.
 *
 * @param epoch its inclusion epoch, read from the chain and never derived (chain.md 2.4)
 * @param deposit attoFIL held until the commit
 * @param message what brought it there, when this journal knows
 */
public record PreCommitted(
    Epoch epoch, TokenAmount deposit, Epoch expiration, Optional<OutgoingMessage> message) {

  PreCommitted landed(OutgoingMessage.Landing at) {
    return new PreCommitted(epoch, deposit, expiration, message.map(sent -> sent.landed(at)));
  }
}
