package io.granary.protocol.deal;

import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether a proposal is taken: first what Boost calls validation, in its order ({@link
 * ProposalRules}), then what the provider wants ({@link AcceptanceRules}). The first rule that is
 * broken answers, in Boost's words (boost storagemarket, deal_acceptance and provider_loop;
 * market.md 3), since clients and their tools read them. Pure: equal inputs, equal answers, and no
 * input makes it throw.
 */
public final class DealRules {
  /** Before the reason of a rule of validation. */
  static final String VALIDATION = "failed validation: ";

  /** Its data has no room in staging. */
  public static final DealVerdict.Refused NO_SPACE =
      new DealVerdict.Refused(
          DealRefusal.STAGING_SPACE, "server error: provider has no space left for storage deals");

  private final DealPolicy policy;

  public DealRules(DealPolicy policy) {
    this.policy = policy;
  }

  /** Judges {@code params} by what is known now. */
  public DealVerdict check(DealParams params, DealFacts facts) {
    if (params.proposal().isEmpty()) {
      return new DealVerdict.Refused(
          DealRefusal.PIECE_CID, VALIDATION + "proposal PieceCID undefined");
    }
    ClientDealProposal signed = params.proposal().get();
    Optional<DealVerdict.Refused> invalid = ProposalRules.check(signed, policy, facts);
    return invalid.isPresent()
        ? invalid(invalid.get())
        : new AcceptanceRules(policy, facts).check(params, signed);
  }

  private static DealVerdict.Refused invalid(DealVerdict.Refused refused) {
    return new DealVerdict.Refused(refused.refusal(), VALIDATION + refused.message());
  }

  /**
   * What an acceptable proposal lacks when other deals have taken more meanwhile; the other rules,
   * and the signature, are not looked at again.
   *
   * @param signed what {@link #check} found acceptable in {@code params}
   */
  public Optional<DealVerdict.Refused> shortage(
      DealParams params, ClientDealProposal signed, DealFacts facts) {
    return ProposalRules.means(signed, policy, facts)
        .map(DealRules::invalid)
        .or(() -> new AcceptanceRules(policy, facts).means(params, signed.proposal()));
  }

  /** The first of {@code rules} that is broken. */
  static Optional<DealVerdict.Refused> first(
      DealProposal proposal, List<Function<DealProposal, Optional<DealVerdict.Refused>>> rules) {
    return rules.stream().map(rule -> rule.apply(proposal)).flatMap(Optional::stream).findFirst();
  }

  static Optional<DealVerdict.Refused> refuseIf(
      boolean broken, DealRefusal refusal, String message) {
    return broken ? Optional.of(new DealVerdict.Refused(refusal, message)) : Optional.empty();
  }

  /** Whether {@code bytes} of data fit the proposal's piece. */
  static boolean fits(long bytes, DealProposal proposal) {
    return bytes <= unpadded(proposal);
  }

  /** The most data the proposal's piece takes. */
  static long unpadded(DealProposal proposal) {
    return proposal.paddedBytes() / 128 * 127;
  }
}
