package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.SectorLocation;
import java.util.Optional;

/**
 * The committed sector as the chain holds it.
 *
 * @param pledge initial pledge in attoFIL
 * @param location deadline and partition, once read
 * @param firstProven the epoch of its first window PoSt: its power counts from there
 * @param finalized whether what only sealing needs is gone from disk
 * @param proof empty when the commit was found on chain by a sector that had not sent it
 */
public record Committed(
    Epoch activation,
    Epoch expiration,
    TokenAmount pledge,
    Optional<SectorLocation> location,
    Optional<Epoch> firstProven,
    boolean finalized,
    Optional<CommitProof> proof) {

  Committed placed(SectorLocation at) {
    return new Committed(
        activation, expiration, pledge, Optional.of(at), firstProven, finalized, proof);
  }

  Committed proven(Epoch epoch) {
    return new Committed(
        activation, expiration, pledge, location, Optional.of(epoch), finalized, proof);
  }

  Committed landed(OutgoingMessage.Landing at) {
    return new Committed(
        activation,
        expiration,
        pledge,
        location,
        firstProven,
        finalized,
        proof.map(made -> made.landed(at)));
  }

  Committed cleaned() {
    return new Committed(activation, expiration, pledge, location, firstProven, true, proof);
  }
}
