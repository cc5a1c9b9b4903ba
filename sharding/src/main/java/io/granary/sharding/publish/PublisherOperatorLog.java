package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.publish.EscrowShortage;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.sender.SpendBook;
import java.util.List;
import org.slf4j.Logger;

/** What an operator reads of a publisher. */
final class PublisherOperatorLog {
  private final Logger log;
  private final ActorId provider;
  private String lastAlarm = "";

  PublisherOperatorLog(Logger log, ActorId provider) {
    this.log = log;
    this.provider = provider;
  }

  void happened(List<PublisherEvent> events) {
    events.forEach(this::happened);
  }

  private void happened(PublisherEvent event) {
    if (event instanceof PublisherEvent.DealLeft left) {
      log.warn("provider {}: deal {} is not published: {}", provider, left.deal(), left.reason());
    } else if (event instanceof PublisherEvent.BatchRequested asked) {
      log.info(
          "provider {}: {} publishes {} deals",
          provider,
          asked.intent().intentId(),
          asked.deals().size());
    } else if (event instanceof PublisherEvent.BatchLanded landed) {
      landed(landed.intentId(), landed.outcome());
    } else if (event instanceof PublisherEvent.BatchReverted reverted) {
      log.info("provider {}: a re-org took {} back", provider, reverted.intentId());
    } else if (event instanceof PublisherEvent.BatchAbandoned abandoned) {
      log.info(
          "provider {}: {} was not sent: {}",
          provider,
          abandoned.intentId(),
          abandoned.failure().reason());
    } else if (event instanceof PublisherEvent.EscrowTopUpAsked asked) {
      log.info(
          "provider {}: {} adds {} attoFIL to its escrow",
          provider,
          asked.intent().intentId(),
          asked.intent().message().value());
    } else if (event instanceof PublisherEvent.EscrowTopUpEnded ended) {
      ended(ended);
    }
  }

  private void ended(PublisherEvent.EscrowTopUpEnded ended) {
    if (ended.added()) {
      log.info("provider {}: {} was added", provider, ended.intentId());
    } else {
      log.warn(
          "provider {}: {} added nothing to its escrow: {}",
          provider,
          ended.intentId(),
          ended.outcome());
    }
  }

  /** Once a day and ceiling. */
  void escrowHeldBack(EscrowShortage shortage, TokenAmount askedToday, String ceiling, Epoch now) {
    String alarm = ceiling + " on day " + SpendBook.dayOf(now);
    if (!alarm.equals(lastAlarm)) {
      lastAlarm = alarm;
      log.error(
          "provider {}: {} deals wait for collateral, its escrow lacks {} attoFIL for one of them"
              + " and {} for all; {} were added today, and {} holds back more: add it, or raise"
              + " that",
          provider,
          shortage.deals().size(),
          shortage.least(),
          shortage.all(),
          askedToday,
          ceiling);
    }
  }

  private void landed(String intentId, PublishOutcome outcome) {
    outcome
        .failure()
        .ifPresentOrElse(
            failure -> log.warn("provider {}: {}: {}", provider, intentId, failure.reason()),
            () ->
                log.info(
                    "provider {}: {} published {} deals at epoch {}",
                    provider,
                    intentId,
                    outcome.published().size(),
                    outcome.inclusionEpoch()));
    outcome
        .dropped()
        .forEach(
            (deal, why) ->
                log.warn("provider {}: {} left out deal {}: {}", provider, intentId, deal, why));
  }

  void simulationFailed(PublishFailure failure, int deals) {
    log.warn("provider {}: a batch of {} deals would fail: {}", provider, deals, failure.reason());
  }

  void unreadable(String intentId, IllegalArgumentException cause) {
    log.error(
        "provider {}: {} landed and its return cannot be read; its deals wait, nothing is published"
            + " until an operator has looked: {}",
        provider,
        intentId,
        cause.getMessage());
  }

  void unheard(String what, Throwable cause) {
    log.info("provider {}: {}: {}", provider, what, cause.toString());
  }
}
