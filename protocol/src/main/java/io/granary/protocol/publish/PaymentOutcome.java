package io.granary.protocol.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.SettleDealPaymentsReturn;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.sender.MessageReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a landed message brought.
 *
 * @param inclusionEpoch of the message, the epoch the actor saw
 * @param paid what each deal got
 * @param refused deals that the market would not settle, and why as far as we can tell
 * @param failure of the whole message; then nothing is paid and nothing refused. A return that
 *     cannot be read is one too: asking again pays nothing twice
 */
public record PaymentOutcome(
    Cid message,
    Epoch inclusionEpoch,
    Map<DealId, DealPayment> paid,
    Map<DealId, String> refused,
    Optional<String> failure) {
  public PaymentOutcome {
    paid = Map.copyOf(paid);
    refused = Map.copyOf(refused);
  }

  /** Reads the receipt of a message with {@code deals}, in the order of their ids. */
  public static PaymentOutcome of(List<Payable> deals, MessageReport.Landed landed) {
    Epoch included = landed.inclusionEpoch();
    List<Settled> settled;
    try {
      settled = read(deals, landed.receipt(), included);
    } catch (IllegalArgumentException e) {
      return new PaymentOutcome(
          landed.message(),
          included,
          Map.of(),
          Map.of(),
          Optional.of(String.valueOf(e.getMessage())));
    }
    Map<DealId, DealPayment> paid = new LinkedHashMap<>();
    Map<DealId, String> refused = new LinkedHashMap<>();
    for (Settled each : settled) {
      each.refusal()
          .ifPresentOrElse(
              why -> refused.put(each.deal().deal(), why),
              () ->
                  paid.put(
                      each.deal().deal(),
                      new DealPayment(
                          landed.message(),
                          included,
                          each.settlement().payment(),
                          each.settlement().completed())));
    }
    return new PaymentOutcome(landed.message(), included, paid, refused, Optional.empty());
  }

  /**
   * What the market says of one deal.
   *
   * @param settlement nothing when it is refused
   */
  public record Settled(
      Payable deal, SettleDealPaymentsReturn.Settlement settlement, Optional<String> refusal) {}

  /**
   * What a receipt says of each of {@code deals}.
   *
   * @param at the epoch the actor saw
   * @throws IllegalArgumentException when the message failed, or its return is none of a message
   *     with these deals
   */
  public static List<Settled> read(List<Payable> deals, Receipt receipt, Epoch at) {
    if (!receipt.succeeded()) {
      throw new IllegalArgumentException(
          "SettleDealPayments fails (exit code " + receipt.exitCode() + ")");
    }
    SettleDealPaymentsReturn said;
    try {
      said = SettleDealPaymentsReturn.fromCbor(receipt.returnValue());
    } catch (CborException e) {
      throw new IllegalArgumentException("settlement: unreadable return: " + e.getMessage(), e);
    }
    if (said.results().size() != deals.size()) {
      throw new IllegalArgumentException(
          "settlement: " + said.results().size() + " results of " + deals.size() + " deals");
    }
    List<Settled> settled = new ArrayList<>();
    for (int i = 0; i < deals.size(); i++) {
      Payable deal = deals.get(i);
      long code = said.results().exitCodeOf(i);
      settled.add(
          said.settlementOf(i)
              .map(got -> new Settled(deal, got, Optional.empty()))
              .orElseGet(
                  () ->
                      new Settled(
                          deal,
                          SettleDealPaymentsReturn.Settlement.NOTHING,
                          Optional.of(deal.gone(code, at)))));
    }
    return List.copyOf(settled);
  }
}
