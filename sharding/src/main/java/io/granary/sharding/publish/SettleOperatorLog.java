package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.publish.PaymentOutcome;
import io.granary.protocol.publish.PublisherEvent;
import org.slf4j.Logger;

/** What an operator reads of payments for deals. */
final class SettleOperatorLog {
  private final Logger log;
  private final ActorId provider;
  private boolean saidFull;

  SettleOperatorLog(Logger log, ActorId provider) {
    this.log = log;
    this.provider = provider;
  }

  void happened(PublisherEvent.Paying event) {
    if (event instanceof PublisherEvent.PayableKnown known) {
      log.debug("provider {}: deal {} is to be paid for", provider, known.payable().deal());
    } else if (event instanceof PublisherEvent.PayableLeft left) {
      log.warn("provider {}: deal {} is settled no more: {}", provider, left.deal(), left.reason());
    } else if (event instanceof PublisherEvent.PaymentsAsked asked) {
      log.info(
          "provider {}: {} settles {} deals",
          provider,
          asked.intent().intentId(),
          asked.deals().size());
    } else if (event instanceof PublisherEvent.PaymentsLanded landed) {
      landed(landed.intentId(), landed.outcome());
    } else if (event instanceof PublisherEvent.PaymentsReverted reverted) {
      log.info("provider {}: a re-org took {} back", provider, reverted.intentId());
    } else if (event instanceof PublisherEvent.PaymentsAbandoned abandoned) {
      log.info(
          "provider {}: {} was not sent: {}", provider, abandoned.intentId(), abandoned.reason());
    }
  }

  private void landed(String intentId, PaymentOutcome outcome) {
    outcome
        .failure()
        .ifPresentOrElse(
            why -> log.warn("provider {}: {}: {}", provider, intentId, why),
            () ->
                log.info(
                    "provider {}: {} brought {} attoFIL for {} deals at epoch {}",
                    provider,
                    intentId,
                    outcome.paid().values().stream()
                        .map(DealPayment::amount)
                        .reduce(TokenAmount.ZERO, TokenAmount::plus),
                    outcome.paid().size(),
                    outcome.inclusionEpoch()));
    outcome
        .refused()
        .forEach(
            (deal, why) ->
                log.warn(
                    "provider {}: {} paid nothing for deal {}: {}", provider, intentId, deal, why));
  }

  void held(int deals, String why) {
    log.info("provider {}: {} deals are not settled for now: {}", provider, deals, why);
  }

  void notNoted(DealId deal, String why) {
    log.warn("provider {}: deal {} keeps no payment: {}", provider, deal, why);
  }

  void notTold(String intentId) {
    log.warn("provider {}: not every deal of {} could be told of its payment", provider, intentId);
  }

  /** Once in a life. */
  void full(int most) {
    if (!saidFull) {
      saidFull = true;
      log.error(
          "provider {}: {} deals are to be paid for, others are not settled until some are through:"
              + " raise {}.payables-max",
          provider,
          most,
          SettleSettings.PATH);
    }
  }

  void unheard(String what, Throwable cause) {
    log.info("provider {}: {}: {}", provider, what, cause.toString());
  }
}
