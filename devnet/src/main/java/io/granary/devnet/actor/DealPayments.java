package io.granary.devnet.actor;

import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.StateDraft;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What deals cost and how they end: paid when somebody settles, burnt when their sector never came
 * or went too early (builtin-actors market/src/state.rs).
 */
final class DealPayments {
  /**
   * Deals that never became active are looked at once in so many epochs (deal_updates_interval).
   */
  private static final long UPDATE_INTERVAL = 30 * 2880;

  private DealPayments() {}

  /** What one deal got. */
  private record Settlement(TokenAmount payment, boolean completed) {}

  /** SettleDealPayments: anybody may ask; deals that are not there, or never came, fail with 32. */
  static Bytes settle(Invocation call, BitField deals) {
    List<Settlement> settlements = new ArrayList<>();
    List<BatchReturn.Failure> failures = new ArrayList<>();
    long index = 0;
    for (long id : (Iterable<Long>) deals.stream().boxed()::iterator) {
      Optional<Settlement> settled = settle(call.state(), id, call.epoch());
      if (settled.isPresent()) {
        settlements.add(settled.get());
      } else {
        failures.add(new BatchReturn.Failure(index, ExitCode.DEAL_EXPIRED.code()));
      }
      index++;
    }
    return new CborWriter()
        .array(2)
        .value(new BatchReturn(settlements.size(), failures))
        .list(settlements, (w, s) -> w.array(2).amount(s.payment()).bool(s.completed()))
        .toBytes();
  }

  private static Optional<Settlement> settle(StateDraft draft, long id, long epoch) {
    Optional<StorageDeal> found = draft.market().deal(id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    StorageDeal deal = found.get();
    DealProposal proposal = deal.proposal();
    if (epoch < proposal.startEpoch().value()) {
      return Optional.of(new Settlement(TokenAmount.ZERO, false));
    }
    if (deal.activation().isEmpty()) {
      timeOut(draft, id, deal);
      return Optional.empty();
    }
    TokenAmount due = deal.due(epoch);
    pay(draft, deal, due);
    boolean completed = epoch >= proposal.endEpoch().value();
    if (completed) {
      release(draft, id, deal, epoch, TokenAmount.ZERO);
    } else {
      draft.put(draft.market().with(id, deal.paidUntil(epoch)));
    }
    return Optional.of(new Settlement(due, completed));
  }

  /** The deals of {@code sectors} are paid until now, their collateral is burnt, they are gone. */
  static void slash(StateDraft draft, ActorId miner, BitField sectors, long epoch) {
    for (Map.Entry<Long, StorageDeal> entry : draft.market().deals().entrySet()) {
      StorageDeal deal = entry.getValue();
      boolean hit =
          deal.sector().isPresent()
              && sectors.contains(deal.sector().getAsLong())
              && provider(deal).equals(miner)
              && epoch < deal.proposal().endEpoch().value();
      if (hit) {
        pay(draft, deal, deal.due(epoch));
        release(draft, entry.getKey(), deal, epoch, deal.proposal().providerCollateral());
      }
    }
  }

  /** {@code state} after the market's cron of {@code epoch}: deals that never came are dropped. */
  static ChainState cron(ChainState state, long epoch) {
    List<Long> late =
        state.market().deals().entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().activation().isEmpty()
                        && lookedAt(entry.getKey(), entry.getValue()) <= epoch)
            .map(Map.Entry::getKey)
            .toList();
    if (late.isEmpty()) {
      return state;
    }
    StateDraft draft = state.draft();
    for (long id : late) {
      timeOut(draft, id, draft.market().deal(id).orElseThrow());
    }
    return draft.freeze();
  }

  /** The first epoch from its start on that its id is spread to (next_update_epoch). */
  private static long lookedAt(long id, StorageDeal deal) {
    long offset = id % UPDATE_INTERVAL;
    long since = deal.proposal().startEpoch().value() - offset;
    return -Math.floorDiv(-since, UPDATE_INTERVAL) * UPDATE_INTERVAL + offset;
  }

  private static void timeOut(StateDraft draft, long id, StorageDeal deal) {
    release(draft, id, deal, StorageDeal.UNSET, deal.proposal().providerCollateral());
  }

  /** Moves {@code amount} of the client's locked money to the provider. */
  private static void pay(StateDraft draft, StorageDeal deal, TokenAmount amount) {
    TokenAmount less = new TokenAmount(amount.atto().negate());
    draft.put(
        draft
            .market()
            .locking(client(deal), less)
            .paidIn(client(deal), less)
            .paidIn(provider(deal), amount));
  }

  /** Removes a deal that is paid until {@code epoch}, unlocks its money and burns {@code burnt}. */
  private static void release(
      StateDraft draft, long id, StorageDeal deal, long epoch, TokenAmount burnt) {
    DealProposal proposal = deal.proposal();
    TokenAmount clients = proposal.clientCollateral().plus(deal.priceFrom(epoch));
    MarketState market =
        draft
            .market()
            .without(id)
            .locking(client(deal), new TokenAmount(clients.atto().negate()))
            .locking(provider(deal), new TokenAmount(proposal.providerCollateral().atto().negate()))
            .paidIn(provider(deal), new TokenAmount(burnt.atto().negate()));
    draft.put(market);
    draft.credit(MarketMethods.ID, new TokenAmount(burnt.atto().negate()));
    draft.credit(Invocation.BURNT_FUNDS, burnt);
  }

  private static ActorId client(StorageDeal deal) {
    return deal.proposal().client().requireId();
  }

  private static ActorId provider(StorageDeal deal) {
    return deal.proposal().provider().requireId();
  }
}
