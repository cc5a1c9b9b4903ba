package io.granary.ops.scenario;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a seed wants on chain from an address of its own: plain sends, numbered, of changing
 * purposes. Each carries its id as its parameters, by which it is known again on chain.
 */
record SenderIntents(long seed, Address from, Address to) {
  private static final List<MessagePurpose> PURPOSES =
      List.of(
          MessagePurpose.PRE_COMMIT,
          MessagePurpose.COMMIT,
          MessagePurpose.WINDOW_POST,
          MessagePurpose.RECOVERY,
          MessagePurpose.FAULT,
          MessagePurpose.OTHER);

  /** Far away: nothing is given up here. */
  private static final Epoch USEFUL = new Epoch(100_000);

  /** What all ids begin with. */
  String name() {
    return "seed" + seed;
  }

  String id(int index) {
    return name() + "/" + index;
  }

  MessageIntent get(int index) {
    MessagePurpose purpose =
        PURPOSES.get(new SplittableRandom(seed * 1_000 + index).nextInt(PURPOSES.size()));
    Bytes params = Bytes.of(id(index).getBytes(StandardCharsets.UTF_8));
    return new MessageIntent(
        id(index), purpose, Message.of(from, to, TokenAmount.ofAtto(1), 0, params), USEFUL);
  }
}
