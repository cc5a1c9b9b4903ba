package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import io.granary.sharding.entity.SeenHead;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * From a signed message to its end: pushed, looked for on each head, pushed again, priced higher,
 * and watched until it lies deep enough. What a call returns is to be persisted. Belongs to the one
 * actor.
 */
final class MessageWatch {
  private final Address address;
  private final SenderSettings settings;
  private final SenderSteps steps;
  private final SenderWork work;
  private final SeenHead<SenderCommand> head;
  private final Logger log;

  MessageWatch(
      Address address,
      SenderSettings settings,
      SenderSteps steps,
      SenderWork work,
      SeenHead<SenderCommand> head,
      Logger log) {
    this.address = address;
    this.settings = settings;
    this.steps = steps;
    this.work = work;
    this.head = head;
    this.log = log;
  }

  void push(String id, SignedMessage signed) {
    work.pushedAt.put(id, head.epoch());
    steps.push(id, signed);
  }

  /** A refused push is no failure: the message may be there already, and each tick looks. */
  void onPushed(SenderCommand.Pushed pushed) {
    pushed
        .refusal()
        .ifPresent(
            refusal -> {
              log.debug(
                  "sender {}: push of {}: {}", address, pushed.intentId(), refusal.toString());
              if (refusal instanceof ChainException lost && lost.connectionLost()) {
                work.pushedAt.remove(pushed.intentId());
              }
            });
  }

  /** Looks on the chain for every signed message. */
  void search(SenderState state) {
    for (IntentState.Open open : state.openIntents()) {
      String id = open.intent().intentId();
      SenderViews.signed(open)
          .filter(signed -> work.searching.add(id))
          .ifPresent(signed -> steps.find(id, signed, head.tick().head()));
    }
  }

  void onSearchFailed(SenderCommand.SearchFailed failed) {
    work.searching.remove(failed.intentId());
    log.info("sender {}: search for {}: {}", address, failed.intentId(), failed.cause().toString());
  }

  List<SenderEvent> onFound(SenderState state, SenderCommand.Found found) {
    String id = found.intentId();
    work.searching.remove(id);
    IntentState intent = state.of(id);
    if (intent instanceof IntentState.Signed signed) {
      return found.where() instanceof SenderChain.OnChain onChain
          ? List.of(landed(id, onChain))
          : pending(signed, (SenderChain.Absent) found.where(), found.latest());
    }
    return intent instanceof IntentState.Landed landed ? watched(landed, found.where()) : List.of();
  }

  private SenderEvent.MessageLanded landed(String id, SenderChain.OnChain where) {
    return new SenderEvent.MessageLanded(
        id,
        where.lookup().message(),
        where.lookup().receipt(),
        where.lookup().tipSet(),
        where.lookup().height(),
        where.inclusionEpoch(),
        head.stamp());
  }

  /**
   * Not on chain: overtaken for good, to be pushed again, to be priced higher, or to be awaited.
   */
  private List<SenderEvent> pending(
      IntentState.Signed signed, SenderChain.Absent absent, Cid searched) {
    String id = signed.intent().intentId();
    Epoch now = head.epoch();
    if (absent.chainNonce() > signed.nonce()) {
      Epoch since = work.overtakenSince.computeIfAbsent(id, unused -> now);
      if (now.since(since) < settings.confidence() || !signed.latest().cid().equals(searched)) {
        return List.of();
      }
      log.warn("sender {}: nonce {} of {} was taken", address, signed.nonce(), id);
      work.forget(id);
      return List.of(new SenderEvent.NonceLost(id, signed.nonce(), head.stamp()));
    }
    work.overtakenSince.remove(id);
    boolean silent =
        Optional.ofNullable(work.pushedAt.get(id))
            .map(pushed -> now.since(pushed) >= settings.pushAgainAfter())
            .orElse(true);
    if (!absent.pooled() || silent) {
      push(id, signed.latest().message());
    }
    replace(signed, id);
    return List.of();
  }

  private void replace(IntentState.Signed signed, String id) {
    IntentState.Variant latest = signed.latest();
    if (head.epoch().since(latest.signedAt()) < settings.replaceAfter()
        || signed.variants().size() >= settings.variantsMax()
        || work.replacing.contains(id)) {
      return;
    }
    Fees.raised(latest.message().message(), settings.feeMax(signed.intent().purpose()))
        .ifPresent(
            raised -> {
              work.replacing.add(id);
              steps.sign(id, raised, true);
            });
  }

  /** On chain before: gone from it, moved, deep enough, or to be watched on. */
  private List<SenderEvent> watched(IntentState.Landed landed, SenderChain.Whereabouts where) {
    String id = landed.intent().intentId();
    MessageReport.Landed before = landed.report();
    SenderEvent reverted = new SenderEvent.MessageReverted(id, before.message(), head.stamp());
    if (!(where instanceof SenderChain.OnChain onChain)) {
      return List.of(reverted);
    }
    if (!onChain.lookup().tipSet().equals(before.tipSet())
        || !onChain.lookup().message().equals(before.message())) {
      return List.of(reverted, landed(id, onChain));
    }
    return head.epoch().since(before.height()) < settings.confidence()
        ? List.of()
        : List.of(new SenderEvent.MessageConfirmed(id, head.stamp()));
  }
}
