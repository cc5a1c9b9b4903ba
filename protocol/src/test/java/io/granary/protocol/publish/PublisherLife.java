package io.granary.protocol.publish;

import static io.granary.protocol.deal.DealFixtures.stamp;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** A random life of a publisher: deals come and go, batches land, fail, are taken back. */
public final class PublisherLife {
  private static final ActorId PROVIDER = new ActorId(1000);
  private static final ClientDealProposal SIGNED = DealFixtures.signed(DealFixtures.proposal());
  private static final Cid MESSAGE = Cid.dagCborBlake2b(Bytes.fromHex("01"));

  private final Random random;
  private PublisherState state = PublisherState.EMPTY;
  private long steps;

  /** A life that {@code random} decides. */
  public PublisherLife(Random random) {
    this.random = random;
  }

  public PublisherState state() {
    return state;
  }

  /** The next event, already taken in. */
  public PublisherEvent next() {
    steps++;
    List<PublisherEvent> may = new ArrayList<>();
    may.add(new PublisherEvent.DealQueued(stamp(steps), new DealId(new UUID(7, steps)), SIGNED));
    List<DealId> queue = List.copyOf(state.queue().keySet());
    if (!queue.isEmpty()) {
      may.add(
          new PublisherEvent.DealLeft(
              stamp(steps), queue.get(random.nextInt(queue.size())), "reason " + steps));
      may.add(requested(queue.subList(0, 1 + random.nextInt(Math.min(4, queue.size())))));
    }
    state.batches().values().forEach(batch -> may.addAll(of(batch)));
    may.add(topUp());
    may.addAll(payments());
    PublisherEvent event = may.get(random.nextInt(may.size()));
    state = state.on(event);
    return event;
  }

  private PublisherEvent topUp() {
    return state
        .escrow()
        .open()
        .<PublisherEvent>map(
            intent ->
                new PublisherEvent.EscrowTopUpEnded(
                    stamp(steps), intent.intentId(), random.nextBoolean(), "outcome " + steps))
        .orElseGet(
            () ->
                new PublisherEvent.EscrowTopUpAsked(
                    stamp(steps),
                    PublishMessages.topUp(
                        PROVIDER,
                        state.escrow().topUps() + 1,
                        DealFixtures.CLIENT.address(),
                        TokenAmount.ofAtto(steps),
                        new Epoch(steps + 120))));
  }

  private List<PublisherEvent> payments() {
    PaymentBook book = state.payments();
    List<PublisherEvent> may = new ArrayList<>();
    may.add(new PublisherEvent.PayableKnown(stamp(steps), payable()));
    List<DealId> deals = List.copyOf(book.payables().keySet());
    if (book.open().isEmpty() && !deals.isEmpty()) {
      may.add(new PublisherEvent.PayableLeft(stamp(steps), deals.get(0), "gone " + steps));
      may.add(asked(deals.subList(0, 1 + random.nextInt(Math.min(4, deals.size())))));
    }
    book.batches().values().forEach(batch -> may.addAll(of(batch)));
    return may;
  }

  private Payable payable() {
    return Payable.first(
        new DealId(new UUID(8, steps)),
        steps,
        TokenAmount.ofAtto(random.nextInt(1_000)),
        TokenAmount.ofAtto(random.nextInt(1_000)),
        new Epoch(steps),
        new Epoch(steps + 518_400));
  }

  private PublisherEvent asked(List<DealId> deals) {
    return new PublisherEvent.PaymentsAsked(
        stamp(steps),
        PublishMessages.settlementIntent(
            PROVIDER,
            state.payments().asked() + 1,
            PublishMessages.settlement(DealFixtures.CLIENT.address(), List.of(steps)),
            new Epoch(steps + 120)),
        deals);
  }

  private List<PublisherEvent> of(PaymentBatch batch) {
    String intent = batch.intent().intentId();
    if (batch.counts()) {
      return List.of(new PublisherEvent.PaymentsTold(stamp(steps), intent));
    }
    if (!batch.underWay()) {
      return List.of(
          new PublisherEvent.PaymentsReverted(stamp(steps), intent),
          new PublisherEvent.PaymentsCounted(stamp(steps), intent));
    }
    return List.of(
        new PublisherEvent.PaymentsAbandoned(stamp(steps), intent, "reason " + steps),
        new PublisherEvent.PaymentsLanded(
            stamp(steps),
            intent,
            new PaymentOutcome(
                MESSAGE, new Epoch(steps), Map.of(), Map.of(), Optional.of("failure " + steps))),
        new PublisherEvent.PaymentsLanded(stamp(steps), intent, outcome(batch.deals())));
  }

  private PaymentOutcome outcome(List<DealId> deals) {
    Map<DealId, DealPayment> paid = new LinkedHashMap<>();
    Map<DealId, String> refused = new LinkedHashMap<>();
    for (DealId deal : deals) {
      if (random.nextInt(3) > 0) {
        paid.put(
            deal,
            new DealPayment(
                MESSAGE,
                new Epoch(steps),
                TokenAmount.ofAtto(random.nextInt(1_000)),
                random.nextBoolean()));
      } else {
        refused.put(deal, "refused " + steps);
      }
    }
    return new PaymentOutcome(MESSAGE, new Epoch(steps), paid, refused, Optional.empty());
  }

  private PublisherEvent requested(List<DealId> deals) {
    return new PublisherEvent.BatchRequested(
        stamp(steps),
        PublishMessages.intent(
            PROVIDER,
            state.requested() + 1,
            PublishMessages.message(
                DealFixtures.CLIENT.address(), deals.stream().map(deal -> SIGNED).toList()),
            new Epoch(steps + 120)),
        deals);
  }

  private List<PublisherEvent> of(PublishBatch batch) {
    String intent = batch.intent().intentId();
    if (batch.settled()) {
      return List.of(new PublisherEvent.BatchClosed(stamp(steps), intent));
    }
    if (!batch.underWay()) {
      return List.of(
          new PublisherEvent.BatchReverted(stamp(steps), intent),
          new PublisherEvent.BatchSettled(stamp(steps), intent));
    }
    PublishFailure failure = new PublishFailure("failure " + steps, random.nextBoolean());
    return List.of(
        new PublisherEvent.BatchAbandoned(stamp(steps), intent, failure),
        new PublisherEvent.BatchLanded(
            stamp(steps),
            intent,
            new PublishOutcome(
                MESSAGE, new Epoch(steps), Map.of(), Map.of(), Optional.of(failure))),
        new PublisherEvent.BatchLanded(stamp(steps), intent, outcome(batch)));
  }

  private PublishOutcome outcome(PublishBatch batch) {
    Map<DealId, Long> published = new LinkedHashMap<>();
    Map<DealId, String> dropped = new LinkedHashMap<>();
    batch
        .deals()
        .keySet()
        .forEach(
            deal -> {
              if (random.nextInt(3) > 0) {
                published.put(deal, 1000 * steps + published.size());
              } else {
                dropped.put(deal, "dropped " + steps);
              }
            });
    return new PublishOutcome(MESSAGE, new Epoch(steps), published, dropped, Optional.empty());
  }
}
