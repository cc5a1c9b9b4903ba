package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * A message handed to the sender, with what decides its content beside the sector's own state.
 *
 * @param intentId its name, from sector, purpose and attempt
 * @param from the key address that pays
 * @param value attoFIL sent along: deposit or pledge
 * @param lastUsefulEpoch last epoch at which the chain would take it
 * @param expiration what a precommit promises; a commit promises nothing new
 * @param landing where it stands on chain, once it does
 */
public record OutgoingMessage(
    String intentId,
    Address from,
    TokenAmount value,
    Epoch lastUsefulEpoch,
    Optional<Epoch> expiration,
    Optional<Landing> landing) {
  /** The message's CID on chain and the epoch of the tipset that includes it. */
  public record Landing(Cid message, Epoch inclusionEpoch) {}

  OutgoingMessage landed(Landing at) {
    return new OutgoingMessage(intentId, from, value, lastUsefulEpoch, expiration, Optional.of(at));
  }

  OutgoingMessage reverted() {
    return new OutgoingMessage(
        intentId, from, value, lastUsefulEpoch, expiration, Optional.empty());
  }
}
