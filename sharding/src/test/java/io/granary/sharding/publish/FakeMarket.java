package io.granary.sharding.publish;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.actor.PublishStorageDealsReturn;
import io.granary.protocol.actor.SettleDealPaymentsReturn;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.signature.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The market actor, as far as publication goes: written from its rules, not from ours, so that the
 * two can disagree. Changed by one thread at a time.
 */
final class FakeMarket {
  /** Money that nobody has locked. */
  final Map<Address, TokenAmount> free = new ConcurrentHashMap<>();

  /** Proposals that are published. */
  final Map<Cid, Long> pending = new ConcurrentHashMap<>();

  /** Proposals that make the whole message fail, as no proposal does: what nobody thought of. */
  final Set<Cid> poison = ConcurrentHashMap.newKeySet();

  /** Deals whose sectors are active, by their ids. */
  final Map<Long, Payable> running = new ConcurrentHashMap<>();

  volatile long exitCode;
  final AtomicLong nextId = new AtomicLong(10);

  FakeMarket copy() {
    FakeMarket copy = new FakeMarket();
    copy.free.putAll(free);
    copy.pending.putAll(pending);
    copy.poison.addAll(poison);
    copy.running.putAll(running);
    copy.exitCode = exitCode;
    copy.nextId.set(nextId.get());
    return copy;
  }

  Receipt execute(Message message, long epoch) {
    if (message.method() == MarketMethod.SETTLE_DEAL_PAYMENTS) {
      return settle(BareValue.readBitField(message.params()), epoch);
    }
    if (message.method() != MarketMethod.ADD_BALANCE) {
      return publish(message.params(), epoch);
    }
    if (exitCode != 0) {
      return new Receipt(exitCode, Bytes.empty(), 1);
    }
    Address owner = BareValue.readAddress(message.params());
    free.put(owner, freeOf(owner).plus(message.value()));
    return new Receipt(0, Bytes.empty(), 1);
  }

  private Receipt settle(BitField ids, long epoch) {
    if (exitCode != 0) {
      return new Receipt(exitCode, Bytes.empty(), 1);
    }
    List<SettleDealPaymentsReturn.Settlement> settled = new ArrayList<>();
    List<BatchReturn.Failure> failures = new ArrayList<>();
    long index = 0;
    for (long id : ids.toList(1_000)) {
      Payable deal = running.get(id);
      if (deal == null) {
        failures.add(new BatchReturn.Failure(index, ExitCode.DEAL_EXPIRED));
      } else {
        settled.add(settle(deal, new Epoch(epoch)));
      }
      index++;
    }
    return new Receipt(
        0,
        new SettleDealPaymentsReturn(new BatchReturn(settled.size(), failures), settled).toCbor(),
        1);
  }

  private SettleDealPaymentsReturn.Settlement settle(Payable deal, Epoch now) {
    boolean completed = deal.ended(now);
    SettleDealPaymentsReturn.Settlement got =
        new SettleDealPaymentsReturn.Settlement(deal.owed(now), completed);
    if (completed) {
      running.remove(deal.chainDealId());
    } else if (now.isAfter(deal.paidUntil())) {
      running.put(
          deal.chainDealId(),
          new Payable(
              deal.deal(),
              deal.chainDealId(),
              deal.pricePerEpoch(),
              deal.collateral(),
              deal.start(),
              deal.end(),
              now));
    }
    return got;
  }

  /** Executes PublishStorageDeals at {@code epoch}. */
  Receipt publish(Bytes params, long epoch) {
    List<ClientDealProposal> deals = PublishStorageDealsParams.fromCbor(params).deals();
    if (exitCode != 0) {
      return new Receipt(exitCode, Bytes.empty(), 1);
    }
    if (deals.stream().anyMatch(deal -> poison.contains(deal.proposal().cid()))) {
      return new Receipt(ExitCode.ILLEGAL_STATE, Bytes.empty(), 1);
    }
    List<Long> ids = new ArrayList<>();
    List<Long> valid = new ArrayList<>();
    for (int i = 0; i < deals.size(); i++) {
      if (takes(deals.get(i), epoch)) {
        DealProposal proposal = deals.get(i).proposal();
        lock(proposal.client(), proposal.clientRequirement());
        lock(proposal.provider(), proposal.providerCollateral());
        long id = nextId.getAndIncrement();
        pending.put(proposal.cid(), id);
        ids.add(id);
        valid.add((long) i);
      }
    }
    return ids.isEmpty()
        ? new Receipt(ExitCode.ILLEGAL_ARGUMENT, Bytes.empty(), 1)
        : new Receipt(0, new PublishStorageDealsReturn(ids, BitField.of(valid)).toCbor(), 1);
  }

  private boolean takes(ClientDealProposal signed, long epoch) {
    DealProposal proposal = signed.proposal();
    return Signatures.verify(signed.clientSignature(), proposal.client(), proposal.toCbor())
        && proposal.startEpoch().value() >= epoch
        && proposal.providerCollateral().compareTo(PublishStage.COLLATERAL_MIN) >= 0
        && freeOf(proposal.client()).compareTo(proposal.clientRequirement()) >= 0
        && freeOf(proposal.provider()).compareTo(proposal.providerCollateral()) >= 0
        && !pending.containsKey(proposal.cid());
  }

  TokenAmount freeOf(Address address) {
    return free.getOrDefault(address, TokenAmount.ZERO);
  }

  private void lock(Address address, TokenAmount amount) {
    free.put(address, freeOf(address).minus(amount));
  }
}
