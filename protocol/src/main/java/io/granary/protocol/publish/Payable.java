package io.granary.protocol.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.deal.DealId;

/**
 * An active market deal that the provider is to be paid for.
 *
 * @param pricePerEpoch attoFIL
 * @param collateral attoFIL of the provider's that are free once the deal is through
 * @param paidUntil until when messages of ours had it paid, as far as we know; its start before
 */
public record Payable(
    DealId deal,
    long chainDealId,
    TokenAmount pricePerEpoch,
    TokenAmount collateral,
    Epoch start,
    Epoch end,
    Epoch paidUntil) {
  public Payable {
    if (chainDealId < 0 || pricePerEpoch.isNegative() || collateral.isNegative()) {
      throw new IllegalArgumentException("payable " + deal + ": a negative id or amount");
    }
    if (end.isBefore(start) || paidUntil.isBefore(start)) {
      throw new IllegalArgumentException(
          "payable " + deal + ": from " + start + " to " + end + ", paid until " + paidUntil);
    }
  }

  /** A deal that nothing was paid for yet. */
  public static Payable first(
      DealId deal,
      long chainDealId,
      TokenAmount pricePerEpoch,
      TokenAmount collateral,
      Epoch start,
      Epoch end) {
    return new Payable(deal, chainDealId, pricePerEpoch, collateral, start, end, start);
  }

  /** Whether its end has come: what is paid now is all, and frees the collateral. */
  public boolean ended(Epoch now) {
    return !now.isBefore(end);
  }

  /** How many epochs have elapsed unpaid. */
  public long unpaidEpochs(Epoch now) {
    return Math.max(0, (now.isBefore(end) ? now : end).since(paidUntil));
  }

  /** What is owed, in attoFIL. */
  public TokenAmount owed(Epoch now) {
    return pricePerEpoch.times(unpaidEpochs(now));
  }

  /** Why the market keeps it no more at {@code seen}, by what we know ourselves. */
  public String gone(long exitCode, Epoch seen) {
    if (exitCode != ExitCode.DEAL_EXPIRED) {
      return "exit code " + exitCode;
    }
    if (seen.isBefore(start)) {
      return "it has not begun: it starts at epoch " + start;
    }
    return seen.isBefore(end)
        ? "the market keeps it no more before its end at epoch "
            + end
            + ": its sector was terminated, which paid what was owed until then"
        : "it ended at epoch "
            + end
            + " and the market keeps it no more: others have settled it, or its sector was"
            + " terminated before";
  }

  Payable paid(Epoch until) {
    return new Payable(
        deal,
        chainDealId,
        pricePerEpoch,
        collateral,
        start,
        end,
        until.isBefore(paidUntil) ? paidUntil : until);
  }
}
