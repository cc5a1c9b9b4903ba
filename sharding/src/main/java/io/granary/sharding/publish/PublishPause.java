package io.granary.sharding.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.publish.PublishFailure;
import io.granary.sharding.entity.SeenHead;
import java.util.Optional;

/**
 * When a publisher sends nothing for a while, after a failure that no deal is to blame for. Belongs
 * to its entity; a restart ends it.
 */
final class PublishPause {
  private final long epochs;
  private PublisherReply.Pause last = new PublisherReply.Pause(Epoch.UNSET, "");

  /**
   * @param epochs how long it lasts
   */
  PublishPause(long epochs) {
    this.epochs = epochs;
  }

  /** That which lasts at {@code head}; none while that is unknown. */
  Optional<PublisherReply.Pause> at(SeenHead<?> head) {
    return !head.isUnknown() && last.until().isAfter(head.epoch())
        ? Optional.of(last)
        : Optional.empty();
  }

  /** Begins one at {@code now}, if {@code failure} asks for it. */
  void after(PublishFailure failure, Epoch now) {
    if (!failure.blamesDeals()) {
      last = new PublisherReply.Pause(now.plus(epochs), failure.reason());
    }
  }
}
