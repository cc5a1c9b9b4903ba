package io.granary.devnet.actor;

import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.MinerProfile;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.SectorContentChangedParams;
import io.granary.protocol.actor.WithdrawMarketBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import java.util.Optional;

/** The market actor f05 (chain.md 3.2; rules and texts as the recorded deals show them). */
final class MarketMethods {
  /** The number of the actor. */
  static final ActorId ID = new ActorId(5);

  private MarketMethods() {}

  static Bytes call(Invocation call) {
    long method = call.method();
    if (method == MarketMethod.ADD_BALANCE) {
      return addBalance(call);
    } else if (method == MarketMethod.WITHDRAW_BALANCE) {
      return withdraw(call);
    } else if (method == MarketMethod.PUBLISH_STORAGE_DEALS) {
      return DealPublishing.publish(call);
    } else if (method == MarketMethod.SETTLE_DEAL_PAYMENTS) {
      BitField deals = call.decode(reader -> reader.bitField("dealIds"));
      return DealPayments.settle(call, deals);
    } else if (method == MinerMethod.SECTOR_CONTENT_CHANGED) {
      requireMiner(call);
      return DealActivation.changed(
              call.state(),
              call.caller(),
              call.epoch(),
              call.decode(SectorContentChangedParams::readFrom))
          .toCbor();
    }
    return DealQueries.call(call);
  }

  /** Exits 18 unless a miner actor calls, which no message can. */
  static void requireMiner(Invocation call) {
    ActorKind kind = call.state().actor(call.caller()).map(LedgerActor::kind).orElseThrow();
    if (kind != ActorKind.MINER) {
      throw ActorAbort.forbidden("caller cid type " + kind.code() + " not one of supported");
    }
  }

  private static Bytes addBalance(Invocation call) {
    Address owner = call.decode(reader -> reader.address(""));
    if (call.value().isZero()) {
      throw ActorAbort.illegalArgument(
          "balance to add must be greater than zero was: " + MinerMoney.fil(call.value()));
    }
    ActorId id =
        MessageExecutor.isKey(owner) && call.state().resolve(owner).isEmpty()
            ? call.state().create(ActorKind.ACCOUNT, Optional.of(owner))
            : resolved(call, owner);
    call.state().put(call.state().market().paidIn(id, call.value()));
    return Bytes.empty();
  }

  /** Pays out at most what is free; a miner's money goes to its owner. */
  private static Bytes withdraw(Invocation call) {
    WithdrawMarketBalanceParams params = call.decode(WithdrawMarketBalanceParams::readFrom);
    if (params.amount().isNegative()) {
      throw ActorAbort.illegalArgument("negative amount: " + MinerMoney.fil(params.amount()));
    }
    ActorId nominal = resolved(call, params.address());
    Optional<MinerProfile> miner = call.state().miner(nominal).map(MinerState::profile);
    ActorId recipient = miner.map(MinerProfile::owner).orElse(nominal);
    ActorId worker = miner.map(MinerProfile::worker).orElse(nominal);
    if (!call.caller().equals(recipient) && !call.caller().equals(worker)) {
      throw call.callerNotSupported();
    }
    MarketState market = call.state().market();
    TokenAmount free = market.freeOf(nominal);
    TokenAmount paid = params.amount().compareTo(free) < 0 ? params.amount() : free;
    call.state().put(market.paidIn(nominal, new TokenAmount(paid.atto().negate())));
    call.pay(recipient, paid);
    return BareValue.ofAmount(paid);
  }

  private static ActorId resolved(Invocation call, Address address) {
    return call.state()
        .resolve(address)
        .orElseThrow(() -> ActorAbort.illegalArgument("failed to resolve address " + address));
  }
}
