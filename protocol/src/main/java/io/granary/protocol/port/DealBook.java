package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the store knows of deals beside their journals: who holds a signed proposal or an
 * allocation, which deals are under way, one row a deal to list, and the rules that an operator
 * set. Stages fail where the store cannot be asked.
 */
public interface DealBook {
  /** Who holds a signed proposal or an allocation, and since when. */
  record Claim(DealId holder, Instant since) {}

  /**
   * A deal that has work to do.
   *
   * @param client in its f0 form; as its proposal names it where 0.1.0 put it there
   * @param stagedBytes what it takes of the staging space; 0 for a deal whose data is imported
   * @param needs what it takes when it is published; nothing once it is
   * @param since when it came
   */
  record UnderWay(DealId deal, Address client, long stagedBytes, Needs needs, Instant since) {
    /** A deal that is not published. */
    public UnderWay(DealId deal, Address client, long stagedBytes, Instant since) {
      this(deal, client, stagedBytes, Needs.NONE, since);
    }
  }

  /**
   * What the market takes when a deal is published.
   *
   * @param clientFunds of the client's escrow: the price of the whole term and its collateral
   * @param dataCapBytes of the client's DataCap; 0 for a deal without
   * @param collateral of the provider's escrow
   */
  record Needs(TokenAmount clientFunds, long dataCapBytes, TokenAmount collateral) {
    public static final Needs NONE = new Needs(TokenAmount.ZERO, 0, TokenAmount.ZERO);

    /** Of a deal with {@code proposal}. */
    public static Needs of(DealProposal proposal) {
      return new Needs(
          proposal.clientRequirement(),
          proposal.verified() ? proposal.paddedBytes() : 0,
          proposal.providerCollateral());
    }

    /** Of both together. */
    public Needs plus(Needs other) {
      return new Needs(
          clientFunds.plus(other.clientFunds),
          Math.addExact(dataCapBytes, other.dataCapBytes),
          collateral.plus(other.collateral));
    }
  }

  /**
   * One row a deal.
   *
   * @param state the state's name
   * @param sequence the deal's event count; an older row never replaces a newer
   * @param paddedBytes of its piece
   * @param startEpoch the deal's
   * @param detail what an operator wants to read beside the state, often empty
   */
  record Row(
      DealId deal,
      String state,
      long sequence,
      Instant updated,
      Address client,
      String piece,
      long paddedBytes,
      long startEpoch,
      String detail) {}

  /**
   * What an operator set of the rules that proposals are judged by.
   *
   * @param version from 1, without gaps
   * @param since when it was set
   * @param document what was set, a JSON object
   */
  record Rules(long version, Instant since, String document) {}

  /**
   * Claims {@code signedProposal} for {@code deal}, by compare-and-set over all nodes, and for
   * good: the answer is the first claim there was. Asking again is harmless.
   */
  CompletionStage<Claim> claim(ActorId provider, Cid signedProposal, DealId deal, Instant now);

  /** As {@link #claim}, of an allocation that a direct deal's sector is to claim on chain. */
  CompletionStage<Claim> claimAllocation(
      ActorId provider, long allocation, DealId deal, Instant now);

  /** Which deal claimed {@code allocation} here, if one did; what is claimed meanwhile may lack. */
  CompletionStage<Optional<Claim>> allocationHolder(ActorId provider, long allocation);

  /** Puts {@code deal} among those under way; it is told of new heads from then on. */
  CompletionStage<Void> begin(ActorId provider, UnderWay deal);

  /** {@code deal} is published: what it needs is locked on chain, and counts no more here. */
  CompletionStage<Void> published(ActorId provider, DealId deal);

  /** Takes {@code deal} from those under way. */
  CompletionStage<Void> end(ActorId provider, DealId deal);

  /**
   * The client of {@code deal}, from its row, or from its place among those under way while it has
   * none; empty when the store knows no such deal. Two reads of one row.
   */
  CompletionStage<Optional<Address>> client(ActorId provider, DealId deal);

  /** Whether {@code deal} has a row; it may have none yet while it is under way. */
  CompletionStage<Boolean> hasRow(ActorId provider, DealId deal);

  /** All that are under way, by id; their number is bounded by what the desk lets in. */
  CompletionStage<List<UnderWay>> underWay(ActorId provider);

  /** Stores {@code row} unless one of a higher sequence is there. */
  CompletionStage<Void> put(ActorId provider, Row row);

  /** The last {@code limit} versions of the rules, 1 to 1000, newest first. */
  CompletionStage<List<Rules>> rules(ActorId provider, int limit);

  /**
   * Stores {@code rules}, by compare-and-set over all nodes: whether there was none of this version
   * yet. A stage that fails says nothing about it.
   */
  CompletionStage<Boolean> putRules(ActorId provider, Rules rules);

  /** Rows after {@code after} by id, at most {@code limit}, 1 to 1000. */
  CompletionStage<List<Row>> list(ActorId provider, Optional<DealId> after, int limit);
}
