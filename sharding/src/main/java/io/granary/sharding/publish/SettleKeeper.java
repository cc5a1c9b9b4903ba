package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.Stamp;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentBatch;
import io.granary.protocol.publish.PaymentBook;
import io.granary.protocol.publish.PaymentOutcome;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.sender.MessageReport;
import io.granary.sharding.entity.Answers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Has the market pay for deals (chain.md 3.2, SettleDealPayments). One message at a time, for many
 * deals, when it is worth its cost; the next only once the outcome of the last counts. A settlement
 * twice pays nothing twice, but costs gas: the intent is persisted before it goes out. Belongs to
 * the one actor.
 */
final class SettleKeeper {
  /** Deals that are told of a payment at once: each may have to be woken. */
  private static final int TELLING_MAX = 32;

  /** How long deals are told of a payment: a week. */
  private static final long TELL_EPOCHS = 7 * 2880;

  private final Answers<PublisherCommand> answers;
  private final PublisherPorts ports;
  private final ActorId provider;
  private final SettleSettings settings;
  private final long confidenceEpochs;
  private final SettleOperatorLog log;
  private final SettlePlan plan;
  private final SettleCheck check;

  private boolean looking;

  /** Until then nothing is looked at, after a look that came to nothing. */
  private Epoch notBefore = Epoch.UNSET;

  /**
   * Deals that the market was seen to keep no more, and since when: a re-org may bring them back.
   */
  private final Map<DealId, Epoch> goneSince = new HashMap<>();

  /** Who is asked, and who has it, by intent. */
  private final Set<PublisherCommand.Payment> telling = new HashSet<>();

  private final Set<PublisherCommand.Payment> told = new HashSet<>();

  SettleKeeper(
      Answers<PublisherCommand> answers,
      PublisherPorts ports,
      ActorId provider,
      PublishSettings settings,
      SettleOperatorLog log) {
    this.answers = answers;
    this.ports = ports;
    this.provider = provider;
    this.settings = settings.settle();
    this.confidenceEpochs = settings.confidenceEpochs();
    this.log = log;
    this.plan = new SettlePlan(settings.settle());
    this.check = new SettleCheck(ports.chain(), ports.payers(), provider, plan);
  }

  /** A life begins: what was under way is not waited for. */
  void begin() {
    looking = false;
    telling.clear();
  }

  /** Hands the message under way to its sender, once more. */
  void submit(PaymentBook book) {
    book.open()
        .map(PaymentBatch::intent)
        .ifPresent(intent -> ports.messages().submit(intent, new Recipient.Publisher(provider)));
  }

  /** What only a head is reason enough for: outcomes count, batches whose deals know are over. */
  List<PublisherEvent> onHead(PaymentBook book, Stamp stamp) {
    List<PublisherEvent> events = new ArrayList<>();
    for (PaymentBatch batch : book.batches().values()) {
      String intentId = batch.intent().intentId();
      if (!batch.counts() && batch.outcome().filter(there -> deep(there, stamp)).isPresent()) {
        events.add(new PublisherEvent.PaymentsCounted(stamp, intentId));
      } else if (batch.counts() && isTold(batch, stamp)) {
        events.add(new PublisherEvent.PaymentsTold(stamp, intentId));
      }
    }
    return events;
  }

  private boolean deep(PaymentOutcome outcome, Stamp stamp) {
    return stamp.epoch().since(outcome.inclusionEpoch()) >= confidenceEpochs;
  }

  private boolean isTold(PaymentBatch batch, Stamp stamp) {
    String intentId = batch.intent().intentId();
    PaymentOutcome outcome = batch.outcome().orElseThrow();
    if (outcome.paid().keySet().stream()
        .allMatch(deal -> told.contains(new PublisherCommand.Payment(intentId, deal)))) {
      return true;
    }
    boolean late = stamp.epoch().since(outcome.inclusionEpoch()) >= TELL_EPOCHS;
    if (late) {
      log.notTold(intentId);
    }
    return late;
  }

  /** What follows from a word about payments. */
  List<PublisherEvent> on(PaymentBook book, PublisherCommand.Settling command, Stamp stamp) {
    if (command instanceof PublisherCommand.Register register) {
      return registered(book, register.payable(), stamp);
    }
    if (command instanceof PublisherCommand.SettleChecked checked) {
      looking = false;
      return checked(book, checked.result(), stamp);
    }
    if (command instanceof PublisherCommand.SettleNotChecked failed) {
      looking = false;
      log.unheard("what a settlement brings is not known", failed.cause());
    } else if (command instanceof PublisherCommand.PaymentNoted noted) {
      telling.remove(noted.payment());
      told.add(noted.payment());
      noted.refusal().ifPresent(why -> log.notNoted(noted.payment().deal(), why));
    } else if (command instanceof PublisherCommand.PaymentNotNoted failed) {
      telling.remove(failed.payment());
      log.unheard("deal " + failed.payment().deal() + " was not told", failed.cause());
    }
    return List.of();
  }

  private List<PublisherEvent> registered(PaymentBook book, Payable payable, Stamp stamp) {
    if (!settings.enabled()
        || book.payables().containsKey(payable.deal())
        || !plan.counts(payable)) {
      return List.of();
    }
    if (book.payables().size() >= settings.payablesMax()) {
      log.full(settings.payablesMax());
      return List.of();
    }
    return List.of(new PublisherEvent.PayableKnown(stamp, payable));
  }

  /** Begins a look when deals are due and no message is under way. */
  void look(PaymentBook book, Tick head) {
    if (looking || book.open().isPresent() || notBefore.isAfter(head.epoch())) {
      return;
    }
    List<Payable> next = plan.next(book, head.epoch());
    if (!next.isEmpty()) {
      looking = true;
      answers.bring(
          check.look(next, head),
          PublisherCommand.SettleChecked::new,
          PublisherCommand.SettleNotChecked::new);
    }
  }

  private List<PublisherEvent> checked(PaymentBook book, SettleCheck.Result result, Stamp stamp) {
    if (book.open().isPresent()) {
      return List.of();
    }
    List<PublisherEvent> events = new ArrayList<>(left(book, result.gone(), stamp));
    if (result.message().isPresent()) {
      events.add(asked(book, result.good(), result.message().get(), stamp));
    } else if (events.isEmpty()) {
      boolean goneOnly = !result.gone().isEmpty();
      notBefore = stamp.epoch().plus(goneOnly ? confidenceEpochs : settings.againEpochs());
      log.held(book.payables().size(), result.held());
    }
    return events;
  }

  /** Deals that have been gone for so long that no re-org brings them back. */
  private List<PublisherEvent> left(PaymentBook book, Map<DealId, String> gone, Stamp stamp) {
    goneSince.keySet().retainAll(gone.keySet());
    List<PublisherEvent> events = new ArrayList<>();
    gone.forEach(
        (deal, why) -> {
          Epoch since = goneSince.computeIfAbsent(deal, first -> stamp.epoch());
          if (stamp.epoch().since(since) >= confidenceEpochs && book.payables().containsKey(deal)) {
            goneSince.remove(deal);
            events.add(new PublisherEvent.PayableLeft(stamp, deal, why));
          }
        });
    return events;
  }

  private PublisherEvent asked(PaymentBook book, List<Payable> good, Message message, Stamp stamp) {
    return new PublisherEvent.PaymentsAsked(
        stamp,
        PublishMessages.settlementIntent(
            provider, book.asked() + 1, message, stamp.epoch().plus(settings.usefulEpochs())),
        good.stream().map(Payable::deal).toList());
  }

  /** What came of the message under way. */
  List<PublisherEvent> onReport(PaymentBook book, MessageReport report, Stamp stamp) {
    String intentId = report.intentId();
    PaymentBatch batch = book.batches().get(intentId);
    if (batch == null || batch.counts()) {
      return List.of();
    }
    if (report instanceof MessageReport.Landed landed) {
      PaymentOutcome outcome = PaymentOutcome.of(book.payablesOf(batch), landed);
      PublisherEvent event = new PublisherEvent.PaymentsLanded(stamp, intentId, outcome);
      if (batch.underWay()) {
        return List.of(event);
      }
      return batch.outcome().orElseThrow().equals(outcome)
          ? List.of()
          : List.of(new PublisherEvent.PaymentsReverted(stamp, intentId), event);
    }
    if (report instanceof MessageReport.Reverted) {
      return batch.underWay()
          ? List.of()
          : List.of(new PublisherEvent.PaymentsReverted(stamp, intentId));
    }
    MessageReport.GaveUp gaveUp = (MessageReport.GaveUp) report;
    return batch.underWay() && gaveUp.kind() != MessageReport.GaveUp.Kind.TOO_MANY
        ? List.of(
            new PublisherEvent.PaymentsAbandoned(
                stamp, intentId, gaveUp.kind() + ": " + gaveUp.reason()))
        : List.of();
  }

  /** Runs after {@code events}, of whatever kind, are in the journal. */
  void happened(PaymentBook before, PaymentBook after, List<PublisherEvent> events) {
    for (PublisherEvent event : events) {
      if (event instanceof PublisherEvent.Paying paying) {
        log.happened(paying);
      }
      if (event instanceof PublisherEvent.PaymentsAsked) {
        submit(after);
      } else if (event instanceof PublisherEvent.PaymentsAbandoned abandoned) {
        notBefore = abandoned.stamp().epoch().plus(settings.againEpochs());
      } else if (event instanceof PublisherEvent.PaymentsCounted counted) {
        boolean failed =
            Optional.ofNullable(before.batches().get(counted.intentId()))
                .flatMap(PaymentBatch::outcome)
                .flatMap(PaymentOutcome::failure)
                .isPresent();
        notBefore = failed ? counted.stamp().epoch().plus(settings.againEpochs()) : notBefore;
      }
    }
    told.removeIf(payment -> !after.has(payment.intentId()));
  }

  /** Tells deals what was paid for them, until each has it; some at a time. */
  void tell(PaymentBook book) {
    for (PaymentBatch batch : book.batches().values()) {
      if (batch.counts()) {
        batch
            .outcome()
            .orElseThrow()
            .paid()
            .forEach(
                (deal, payment) ->
                    tell(new PublisherCommand.Payment(batch.intent().intentId(), deal), payment));
      }
    }
  }

  private void tell(PublisherCommand.Payment of, DealPayment payment) {
    if (telling.size() < TELLING_MAX && !told.contains(of) && telling.add(of)) {
      answers.bring(
          ports.deals().paid(of.deal(), payment),
          refusal -> new PublisherCommand.PaymentNoted(of, refusal),
          cause -> new PublisherCommand.PaymentNotNoted(of, cause));
    }
  }
}
