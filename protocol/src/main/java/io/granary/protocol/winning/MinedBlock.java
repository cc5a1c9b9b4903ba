package io.granary.protocol.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.time.Instant;
import java.util.Optional;

/**
 * A won epoch, as the store keeps it from the moment it was claimed.
 *
 * @param claim who claimed it, unique for each attempt
 * @param parents what the block is built on
 * @param claimed when
 * @param winCount how often the miner won
 * @param provenMillis from the base's time stamp to the verified proof
 * @param block the block's CID, once it was made
 * @param submittedMillis from the base's time stamp to the node's acceptance; 0 before
 * @param outcome how far it got
 * @param detail why, for people; may be empty
 */
public record MinedBlock(
    ActorId miner,
    Epoch epoch,
    String claim,
    TipSetKey parents,
    Instant claimed,
    long winCount,
    long provenMillis,
    Optional<Cid> block,
    long submittedMillis,
    Outcome outcome,
    String detail) {

  /** How far a won epoch got. */
  public enum Outcome {
    /** Claimed; nothing is known to be signed. */
    CLAIMED,
    /** Signed by the chain node. */
    CREATED,
    /** Taken by a chain node. */
    SUBMITTED,
    /** In the chain some epochs later. */
    INCLUDED,
    /** Not in the chain some epochs later. */
    LEFT_OUT,
    /** Given up after the claim, or refused by the chain node. */
    FAILED
  }

  /** The same, with the block that was made. */
  public MinedBlock created(Cid cid) {
    return new MinedBlock(
        miner,
        epoch,
        claim,
        parents,
        claimed,
        winCount,
        provenMillis,
        Optional.of(cid),
        0,
        Outcome.CREATED,
        "");
  }

  /** The same, taken by a node so long after the base's time stamp. */
  public MinedBlock submitted(long millis) {
    return new MinedBlock(
        miner,
        epoch,
        claim,
        parents,
        claimed,
        winCount,
        provenMillis,
        block,
        millis,
        Outcome.SUBMITTED,
        "");
  }

  /** The same, ended with {@code end}. */
  public MinedBlock ended(Outcome end, String why) {
    return new MinedBlock(
        miner,
        epoch,
        claim,
        parents,
        claimed,
        winCount,
        provenMillis,
        block,
        submittedMillis,
        end,
        why);
  }
}
