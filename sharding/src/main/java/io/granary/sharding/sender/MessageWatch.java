package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import java.util.List;
import java.util.Optional;

/**
 * From a signed message to its end: pushed, looked for on each head, pushed again, priced higher,
 * and watched until it lies deep enough. What a call returns is to be persisted. Belongs to the one
 * actor.
 */
final class MessageWatch {
  private final SenderDesk desk;
  private final SenderWork work;
  private final Offers offers;
  private final SigningLine line;

  MessageWatch(SenderDesk desk, Offers offers, SigningLine line) {
    this.desk = desk;
    this.work = desk.work();
    this.offers = offers;
    this.line = line;
  }

  void push(String id, SignedMessage signed) {
    work.pushedAt.put(id, desk.head().epoch());
    desk.steps().push(id, signed);
  }

  /** A refused push is no failure: the message may be there already, and each tick looks. */
  void onPushed(SenderCommand.Pushed pushed) {
    pushed
        .refusal()
        .ifPresent(
            refusal -> {
              desk.log().pushRefused(pushed.intentId(), refusal);
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
          .ifPresent(signed -> desk.steps().find(id, signed, desk.head().tick().head()));
    }
  }

  void onSearchFailed(SenderCommand.SearchFailed failed) {
    work.searching.remove(failed.intentId());
    desk.log().unread("where " + failed.intentId() + " is", failed.cause());
  }

  List<SenderEvent> onFound(SenderState state, SenderCommand.Found found) {
    String id = found.intentId();
    work.searching.remove(id);
    IntentState intent = state.of(id);
    if (intent instanceof IntentState.Signed signed) {
      return found.where() instanceof SenderChain.OnChain onChain
          ? List.of(landed(id, onChain))
          : pending(state, signed, (SenderChain.Absent) found.where(), found.latest());
    }
    return intent instanceof IntentState.Landed landed ? watched(landed, found.where()) : List.of();
  }

  private SenderEvent.MessageLanded landed(String id, SenderChain.OnChain where) {
    work.waits.remove(id);
    return new SenderEvent.MessageLanded(
        id,
        where.lookup().message(),
        where.lookup().receipt(),
        where.lookup().tipSet(),
        where.lookup().height(),
        where.inclusionEpoch(),
        desk.head().stamp());
  }

  /**
   * Not on chain: overtaken for good, to be pushed again, to be priced higher, or to be awaited.
   */
  private List<SenderEvent> pending(
      SenderState state, IntentState.Signed signed, SenderChain.Absent absent, Cid searched) {
    String id = signed.intent().intentId();
    Epoch now = desk.head().epoch();
    if (absent.chainNonce() > signed.nonce()) {
      Epoch since = work.overtakenSince.computeIfAbsent(id, unused -> now);
      if (now.since(since) < desk.settings().confidence()
          || !signed.latest().cid().equals(searched)) {
        return List.of();
      }
      desk.log().nonceTaken(signed.nonce(), id);
      work.forget(id);
      return List.of(new SenderEvent.NonceLost(id, signed.nonce(), desk.head().stamp()));
    }
    work.overtakenSince.remove(id);
    boolean silent =
        Optional.ofNullable(work.pushedAt.get(id))
            .map(pushed -> now.since(pushed) >= desk.settings().pushAgainAfter())
            .orElse(true);
    if (!absent.pooled() || silent) {
      push(id, signed.latest().message());
    }
    work.market.ifPresent(market -> replace(state, signed, market));
    return List.of();
  }

  /**
   * Prices a message anew that has waited for as long as its terms say, or that no block can take
   * at this base fee: the node says what the market takes, then {@link #onQuote} decides.
   */
  private void replace(SenderState state, IntentState.Signed signed, Market market) {
    String id = signed.intent().intentId();
    Epoch now = desk.head().epoch();
    IntentState.Variant latest = signed.latest();
    Terms terms = offers.terms(state, signed, now);
    long waited = now.since(latest.signedAt());
    boolean pricedOut = Fees.pricedOut(latest.message().message(), market.baseFee());
    boolean due = waited >= terms.replaceAfter() || (pricedOut && waited >= 1);
    if (!due || work.replacing.contains(id)) {
      work.waits.remove(id);
      return;
    }
    if (signed.variants().size() >= terms.signingsMax()) {
      work.waits(id, WaitReason.LANDING, "signed as often as it may be");
      return;
    }
    work.replacing.add(id);
    desk.steps().quote(id, latest.message().message(), terms.allowed());
  }

  /** Signs a message anew when it may pay what that takes. */
  void onQuote(SenderState state, SenderCommand.QuoteHeard heard) {
    String id = heard.intentId();
    if (!(state.of(id) instanceof IntentState.Signed signed) || work.market.isEmpty()) {
      work.replacing.remove(id);
      return;
    }
    Epoch epoch = desk.head().epoch();
    Market market = work.market.get();
    Offers.Now now =
        new Offers.Now(state, market, Purse.of(state, market, line.reserve(epoch)), epoch);
    Offers.Offer offer = offers.again(now, signed, heard.quote());
    if (offer instanceof Offers.Send send) {
      work.waits.remove(id);
      desk.steps().sign(id, send.message(), true);
      return;
    }
    Offers.Wait wait = (Offers.Wait) offer;
    work.waits(id, wait.reason(), wait.detail());
    work.replacing.remove(id);
  }

  /** On chain before: gone from it, moved, deep enough, or to be watched on. */
  private List<SenderEvent> watched(IntentState.Landed landed, SenderChain.Whereabouts where) {
    String id = landed.intent().intentId();
    MessageReport.Landed before = landed.report();
    SenderEvent reverted =
        new SenderEvent.MessageReverted(id, before.message(), desk.head().stamp());
    if (!(where instanceof SenderChain.OnChain onChain)) {
      return List.of(reverted);
    }
    if (!onChain.lookup().tipSet().equals(before.tipSet())
        || !onChain.lookup().message().equals(before.message())) {
      return List.of(reverted, landed(id, onChain));
    }
    return desk.head().epoch().since(before.height()) < desk.settings().confidence()
        ? List.of()
        : List.of(new SenderEvent.MessageConfirmed(id, desk.head().stamp()));
  }
}
