package io.granary.sharding.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a publisher answers operators. */
public sealed interface PublisherReply {

  /**
   * What waits to be published and why, and the messages that are not forgotten yet.
   *
   * @param waiting how many deals wait
   * @param deals the first of them
   * @param batches the newest last
   * @param pause set while nothing is looked at
   */
  record Overview(int waiting, List<Waiting> deals, List<Batch> batches, Optional<Pause> pause)
      implements PublisherReply {
    public Overview {
      deals = List.copyOf(deals);
      batches = List.copyOf(batches);
    }
  }

  /**
   * A deal that waits.
   *
   * @param since when it asked first
   * @param drops how many messages landed without it
   * @param reason why it is in no message
   * @param heldUntil when it is looked at again, of a deal that money or DataCap is short for
   */
  record Waiting(DealId deal, Instant since, int drops, String reason, Optional<Epoch> heldUntil) {}

  /**
   * A message.
   *
   * @param deals in its order
   * @param landing once it was executed
   * @param settled whether that lies so deep that it counts
   */
  record Batch(String intentId, List<DealId> deals, Optional<Landing> landing, boolean settled) {
    public Batch {
      deals = List.copyOf(deals);
    }
  }

  /**
   * How a message was executed.
   *
   * @param published how many deals the chain took
   * @param failure why it took none; empty when the message succeeded
   */
  record Landing(Cid message, Epoch inclusionEpoch, int published, String failure) {}

  /**
   * Nothing is looked at for now.
   *
   * @param reason what failed that no deal is to blame for
   */
  record Pause(Epoch until, String reason) {}
}
