package io.granary.sharding.sector;

import io.granary.protocol.Bytes;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.port.Messages;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessageReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sender whose messages land when the test says so. One intent is one message, however often. */
public final class FakeSender implements Messages {
  private final FakeChain chain;
  private final Map<String, MessageIntent> open = new LinkedHashMap<>();
  private final Map<String, MessageIntent> landed = new LinkedHashMap<>();
  private int submissions;

  FakeSender(FakeChain chain) {
    this.chain = chain;
  }

  @Override
  public synchronized void submit(MessageIntent intent, Recipient recipient) {
    submissions++;
    if (!landed.containsKey(intent.intentId())) {
      open.put(intent.intentId(), intent);
    }
  }

  synchronized int submissions() {
    return submissions;
  }

  synchronized List<String> open() {
    return List.copyOf(open.keySet());
  }

  /** Includes every open message in the tipset of the present height. */
  synchronized List<MessageReport> land() {
    List<MessageReport> reports = new ArrayList<>();
    for (MessageIntent intent : open.values()) {
      long exitCode = chain.execute(intent.message());
      reports.add(
          new MessageReport.Landed(
              intent.intentId(),
              FakeChain.cid("message", intent.intentId()),
              new Receipt(exitCode, Bytes.empty(), 1000),
              chain.tick().head(),
              chain.height().plus(1),
              chain.height()));
      landed.put(intent.intentId(), intent);
    }
    open.clear();
    return reports;
  }

  /** A re-org took back the newest message: it waits again. */
  synchronized MessageReport revertNewest() {
    String newest = List.copyOf(landed.keySet()).get(landed.size() - 1);
    open.put(newest, landed.remove(newest));
    return new MessageReport.Reverted(newest, FakeChain.cid("message", newest));
  }

  /** Nothing is sent for the open messages, and nothing will be. */
  synchronized List<MessageReport> giveUp(MessageReport.GaveUp.Kind kind) {
    List<MessageReport> reports = new ArrayList<>();
    open.keySet().forEach(id -> reports.add(new MessageReport.GaveUp(id, kind, "no")));
    open.clear();
    return reports;
  }
}
