package io.granary.sharding.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.publish.PublishBatch;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.publish.WaitingDeal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A publisher's state as operators are told it: bounded, with a reason for each deal. Pure. */
final class PublisherOverview {
  /** Together less than a remote message may hold. */
  static final int DEALS_MAX = 200;

  static final int BATCHES_MAX = 20;
  private static final int REASON_CHARS_MAX = 300;

  private final Duration waitMax;

  /**
   * @param waitMax how long a deal waits for others
   */
  PublisherOverview(Duration waitMax) {
    this.waitMax = waitMax;
  }

  /** Why a deal is passed over, and until when. */
  record Held(Epoch until, String reason) {}

  PublisherReply.Overview of(
      PublisherState state,
      Function<DealId, Optional<Held>> held,
      Predicate<DealId> silent,
      Optional<PublisherReply.Pause> pause) {
    List<PublisherReply.Waiting> deals =
        state.queue().entrySet().stream()
            .limit(DEALS_MAX)
            .map(each -> waiting(state, each, held.apply(each.getKey()), silent))
            .toList();
    List<PublisherReply.Batch> batches =
        state.batches().values().stream()
            .skip(Math.max(0, state.batches().size() - BATCHES_MAX))
            .map(PublisherOverview::batch)
            .toList();
    return new PublisherReply.Overview(
        state.queue().size(),
        deals,
        batches,
        pause.map(why -> new PublisherReply.Pause(why.until(), cut(why.reason()))));
  }

  private PublisherReply.Waiting waiting(
      PublisherState state,
      Map.Entry<DealId, WaitingDeal> each,
      Optional<Held> held,
      Predicate<DealId> silent) {
    WaitingDeal deal = each.getValue();
    String last = deal.reason().isEmpty() ? "" : "; before: " + deal.reason();
    String reason;
    if (held.isPresent()) {
      reason = held.get().reason();
    } else if (silent.test(each.getKey())) {
      reason = "its deal has ceased to ask" + last;
    } else if (state.publishing()) {
      reason = "another message is under way" + last;
    } else {
      reason = "waits for others until " + deal.since().plus(waitMax) + last;
    }
    return new PublisherReply.Waiting(
        each.getKey(), deal.since(), deal.drops(), cut(reason), held.map(Held::until));
  }

  private static PublisherReply.Batch batch(PublishBatch batch) {
    return new PublisherReply.Batch(
        batch.intent().intentId(),
        List.copyOf(batch.deals().keySet()),
        batch.outcome().map(PublisherOverview::landing),
        batch.settled());
  }

  private static PublisherReply.Landing landing(PublishOutcome outcome) {
    return new PublisherReply.Landing(
        outcome.message(),
        outcome.inclusionEpoch(),
        outcome.published().size(),
        cut(outcome.failure().map(PublishFailure::reason).orElse("")));
  }

  private static String cut(String text) {
    return text.length() <= REASON_CHARS_MAX ? text : text.substring(0, REASON_CHARS_MAX) + "…";
  }
}
