package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.sender.MessagePurpose;
import java.util.List;
import java.util.Optional;

/** What a sender answers. */
public sealed interface SenderReply {
  /**
   * The sender's open intents, in the order they came.
   *
   * @param nextNonce the next nonce of our own; the chain node may know of a higher one
   */
  record Overview(Address address, long nextNonce, List<OpenIntent> open) implements SenderReply {
    public Overview {
      open = List.copyOf(open);
    }
  }

  /**
   * One open intent.
   *
   * @param state Accepted, Reserved, Signed or Landed
   * @param message CID of the newest signing, once signed
   */
  record OpenIntent(
      String intentId,
      MessagePurpose purpose,
      String state,
      Epoch lastUsefulEpoch,
      Optional<Long> nonce,
      Optional<Cid> message) {}
}
