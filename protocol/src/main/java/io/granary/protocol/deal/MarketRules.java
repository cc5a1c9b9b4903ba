package io.granary.protocol.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CollateralBounds;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;

/**
 * What the market actor demands of a deal when it is published, without what the provider's ask
 * demands: that was judged when the deal was taken (builtin-actors market/src/lib.rs,
 * validate_deal). Held to a recorded node by {@code ChainVerdictsTest}.
 */
public final class MarketRules {
  private final DealPolicy policy;

  /**
   * @param provider in its f0 form
   * @param bounds the chain's, for the length of deals
   */
  public MarketRules(Address provider, DealPolicy.ChainBounds bounds) {
    DealPolicy any =
        DealPolicy.of(
            new StorageAsk(
                provider,
                TokenAmount.ZERO,
                0,
                new Epoch(0),
                new Epoch(0),
                Long.MAX_VALUE,
                0,
                TokenAmount.ZERO));
    this.policy =
        new DealPolicy(
            any.ask(),
            any.kinds(),
            any.transferTypes(),
            any.allowed(),
            any.denied(),
            1,
            any.sealEpochs(),
            any.startAheadEpochsMax(),
            bounds);
  }

  /**
   * What is wrong with {@code signed}; empty when the market takes it.
   *
   * @param head the epoch it is published at
   * @param client who has to have signed
   * @param escrow what the client has free
   * @param dataCap the client's, in bytes; empty when it has none
   * @param collateral what the provider may put up
   */
  public Optional<DealVerdict.Refused> check(
      ClientDealProposal signed,
      Epoch head,
      DealFacts.ClientKey client,
      TokenAmount escrow,
      Optional<BigInteger> dataCap,
      CollateralBounds collateral) {
    DealProposal proposal = signed.proposal();
    TokenAmount offered = proposal.providerCollateral();
    boolean within =
        offered.compareTo(collateral.min()) >= 0 && offered.compareTo(collateral.max()) <= 0;
    if (!within) {
      return DealRules.refuseIf(
          true,
          DealRefusal.COLLATERAL,
          "provider collateral "
              + offered
              + " outside of the chain's bounds "
              + collateral.min()
              + " to "
              + collateral.max());
    }
    return ProposalRules.check(
        signed,
        policy,
        new DealFacts(
            head,
            client,
            Set.of(),
            Long.MAX_VALUE,
            offered,
            escrow,
            dataCap,
            true,
            0,
            Optional.empty(),
            Optional.empty()));
  }
}
