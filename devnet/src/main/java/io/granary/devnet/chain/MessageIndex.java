package io.granary.devnet.chain;

import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Finds messages by CID and the tipsets that carry their receipts. Safe for any thread. */
final class MessageIndex {
  private record Slot(Address sender, long nonce) {}

  private final Map<Cid, SignedMessage> known = new ConcurrentHashMap<>();
  private final Map<Slot, List<ExecutedTipSet>> inclusions = new ConcurrentHashMap<>();

  /** Remembers a message of pool or chain under the CIDs it goes by. */
  void add(SignedMessage signed) {
    known.put(signed.cid(), signed);
    known.put(signed.message().cid(), signed);
  }

  void included(ExecutedTipSet tipSet) {
    for (SignedMessage signed : tipSet.messages()) {
      add(signed);
      inclusions
          .computeIfAbsent(slot(signed.message()), key -> new CopyOnWriteArrayList<>())
          .add(tipSet);
    }
  }

  Optional<SignedMessage> find(Cid cid) {
    return Optional.ofNullable(known.get(cid));
  }

  /**
   * Where the receipt of {@code signed} stands on the way down from {@code from}.
   *
   * @param limit how many epochs down to look, negative for no limit
   * @param allowReplaced whether a message in its place counts that differs only in gas
   */
  Optional<MessageLookup> lookup(
      ExecutedTipSet from, SignedMessage signed, long limit, boolean allowReplaced) {
    for (ExecutedTipSet at : inclusions.getOrDefault(slot(signed.message()), List.of())) {
      if (at.height() >= from.height() || !from.descendsFrom(at)) {
        continue;
      }
      ExecutedTipSet child = from.atOrAbove(at.height() + 1);
      if (limit >= 0 && child.height() < from.height() - limit) {
        continue;
      }
      for (int i = 0; i < at.messages().size(); i++) {
        SignedMessage there = at.messages().get(i);
        if (there.cid().equals(signed.cid())
            || (allowReplaced && differOnlyInGas(there.message(), signed.message()))) {
          return Optional.of(
              new MessageLookup(
                  there.cid(), at.receipts().get(i), child.key(), child.tipSet().height()));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean differOnlyInGas(Message a, Message b) {
    return a.from().equals(b.from())
        && a.nonce() == b.nonce()
        && a.to().equals(b.to())
        && a.value().equals(b.value())
        && a.method() == b.method()
        && a.params().equals(b.params());
  }

  private static Slot slot(Message message) {
    return new Slot(message.from(), message.nonce());
  }
}
