package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.sender.IntentState;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.sender.SenderEvent;
import io.granary.protocol.sender.SenderState;
import io.granary.protocol.sender.SpendBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a nonce that nobody uses and that our messages wait behind: a foreign message had it, and
 * left the pool without landing, or another owner of the address claimed it and died. It is waited
 * for, the pool is asked, then it is filled. Belongs to the one actor.
 */
final class GapWatch {
  private final SenderDesk desk;
  private final SenderWork work;

  GapWatch(SenderDesk desk) {
    this.desk = desk;
    this.work = desk.work();
  }

  /** Looks at the market of a new head; asks the pool when a nonce was missing long enough. */
  void look(SenderState state, Market market) {
    Optional<Long> missing = missing(state, market);
    if (missing.isEmpty()) {
      work.gap = Optional.empty();
      return;
    }
    long nonce = missing.get();
    Epoch now = desk.head().epoch();
    SenderWork.Gap gap =
        work.gap
            .filter(known -> known.nonce() == nonce)
            .orElseGet(() -> new SenderWork.Gap(nonce, now));
    work.gap = Optional.of(gap);
    if (work.gapsClaimed.contains(nonce)) {
      desk.log().gapStays(SpendBook.dayOf(now), nonce, "it is claimed for another message");
    } else if (now.since(gap.since()) >= patience(state) && !work.askingPool) {
      work.askingPool = true;
      desk.steps().pool(nonce, desk.head().tick().head());
    }
  }

  /** A proof does not wait longer than it takes to look twice. */
  private long patience(SenderState state) {
    boolean post =
        state.openIntents().stream()
            .filter(open -> !(open instanceof IntentState.Landed))
            .anyMatch(open -> open.intent().purpose() == MessagePurpose.WINDOW_POST);
    return post ? 1 : desk.settings().gapAfter();
  }

  /** The chain's next nonce, when a signed message of ours is above it and none of ours has it. */
  private static Optional<Long> missing(SenderState state, Market market) {
    long next = market.chainNonce();
    boolean waits = false;
    for (IntentState.Open open : state.openIntents()) {
      Optional<Long> nonce = SenderViews.nonce(open);
      boolean filling =
          open instanceof IntentState.Accepted && FillGap.nonceOf(open.intent()).isPresent();
      if (nonce.equals(Optional.of(next)) || filling) {
        return Optional.empty();
      }
      waits |= open instanceof IntentState.Signed signed && signed.nonce() > next;
    }
    return waits ? Optional.of(next) : Optional.empty();
  }

  List<SenderEvent> onPool(SenderState state, SenderCommand.PoolHeard heard) {
    work.askingPool = false;
    boolean still =
        work.market.flatMap(market -> missing(state, market)).equals(Optional.of(heard.nonce()));
    if (!still) {
      return List.of();
    }
    Epoch now = desk.head().epoch();
    if (heard.holdsIt()) {
      desk.log().foreignInFront(SpendBook.dayOf(now), heard.nonce());
      return List.of();
    }
    desk.log().gapFilled(heard.nonce());
    return List.of(
        new SenderEvent.IntentAccepted(
            FillGap.intent(desk.address(), heard.nonce(), now),
            new Recipient.Nobody(),
            desk.head().stamp()));
  }

  void onPoolUnread(SenderCommand.PoolUnread unread) {
    work.askingPool = false;
    desk.log().unread("the pool", unread.cause());
  }

  /** Fillings whose nonce somebody used meanwhile. */
  List<SenderEvent> closed(SenderState state, SigningLine line) {
    List<SenderEvent> events = new ArrayList<>();
    for (IntentState.Open open : state.openIntents()) {
      String id = open.intent().intentId();
      Optional<Long> nonce = FillGap.nonceOf(open.intent());
      if (open instanceof IntentState.Accepted
          && nonce.isPresent()
          && work.market.filter(market -> market.chainNonce() > nonce.get()).isPresent()
          && !line.holds(id)) {
        events.add(
            new SenderEvent.IntentGivenUp(
                id,
                MessageReport.GaveUp.Kind.EXPIRED,
                "nonce " + nonce.get() + " was used by another message",
                desk.head().stamp()));
      }
    }
    return events;
  }
}
