package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import java.util.Optional;

/**
 * The answers to {@link ChainQuestions}, all read at one tipset. What was not asked is empty.
 *
 * @param height of that tipset; it shows messages included below this height
 * @param sector the committed sector, if the chain has one
 * @param preCommit the precommit, if the chain has one
 * @param ticket drawn at {@code height} less the lookback
 * @param seed empty also while its epoch has not come
 * @param quote what the message of the stage costs
 * @param location empty also while the chain has not placed the sector
 * @param faulty whether the chain holds it faulty
 * @param recovering whether its recovery stands declared
 */
public record ChainLook(
    Epoch height,
    Optional<SectorOnChain> sector,
    Optional<SectorPreCommitOnChain> preCommit,
    Optional<Ticket> ticket,
    Optional<Seed> seed,
    Optional<Quote> quote,
    Optional<SectorLocation> location,
    boolean faulty,
    boolean recovering) {
  /**
   * What a message costs.
   *
   * @param from the key address of the miner's worker
   * @param value attoFIL to send along
   * @param expiration what the precommit promises, the deposit being computed for it
   */
  public record Quote(Address from, TokenAmount value, Optional<Epoch> expiration) {}
}
