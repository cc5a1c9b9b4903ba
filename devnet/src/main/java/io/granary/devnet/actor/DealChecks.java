package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.signature.Signatures;
import java.util.Optional;

/**
 * What of a deal can be judged by itself (builtin-actors market/src/lib.rs, validate_deal). A piece
 * larger than a sector and a start years ahead pass, as they do there (recorded).
 */
final class DealChecks {
  private static final long PIECE_BYTES_MIN = 128;

  /** All the FIL there will ever be: no amount of a deal is larger. */
  static final TokenAmount AMOUNT_MAX = TokenAmount.ofFil(2_000_000_000L);

  private static final long AUTHENTICATE_MESSAGE = 2_643_134_072L;

  private DealChecks() {}

  /** What the client's account says to the signature when it is not its own. */
  static Optional<String> badSignature(StateDraft state, ClientDealProposal deal) {
    Optional<LedgerActor> client = state.resolve(deal.proposal().client()).flatMap(state::actor);
    if (client.isEmpty()) {
      return Optional.of("client " + deal.proposal().client() + " does not exist (16)");
    }
    boolean holds =
        client.get().kind() == ActorKind.ACCOUNT
            && client
                .get()
                .robust()
                .filter(
                    key -> Signatures.verify(deal.clientSignature(), key, deal.proposal().toCbor()))
                .isPresent();
    return holds
        ? Optional.empty()
        : Optional.of(
            client.get().id()
                + " (method "
                + AUTHENTICATE_MESSAGE
                + ") -- failed to authenticate message, signature invalid: invalid signature (16)");
  }

  /** Whether size, label, CID, epochs and amounts are ones that the market takes now. */
  static boolean termsHold(DealProposal proposal, Invocation call) {
    ChainPolicy policy = call.policy();
    long size = proposal.paddedBytes();
    boolean piece =
        size >= PIECE_BYTES_MIN
            && Long.bitCount(size) == 1
            && isPieceCid(proposal)
            && proposal.label().length() <= DealLabel.MAX_BYTES;
    // Deals last at least as long as sectors, and end before the latest expiration of one.
    boolean time =
        proposal.startEpoch().value() >= call.epoch()
            && proposal.duration() >= policy.minSectorLifetime()
            && proposal.duration() <= policy.maxSectorExpiration();
    return piece
        && time
        && isAmount(proposal.pricePerEpoch())
        && isAmount(proposal.providerCollateral())
        && isAmount(proposal.clientCollateral());
  }

  private static boolean isAmount(TokenAmount amount) {
    return !amount.isNegative() && amount.compareTo(AMOUNT_MAX) <= 0;
  }

  private static boolean isPieceCid(DealProposal proposal) {
    try {
      return proposal.piece().toUnsealedCommitment() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The proposal with ID addresses, as the market keeps it and as its CID is made. */
  static DealProposal withIds(DealProposal given, ActorId client, ActorId provider) {
    return new DealProposal(
        given.piece(),
        given.paddedBytes(),
        given.verified(),
        Address.ofId(client),
        Address.ofId(provider),
        given.label(),
        given.startEpoch(),
        given.endEpoch(),
        given.pricePerEpoch(),
        given.providerCollateral(),
        given.clientCollateral());
  }
}
