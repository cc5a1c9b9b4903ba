package io.granary.devnet.actor;

import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerProfile;
import io.granary.devnet.state.MinerProfile.WorkerChange;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.ChangeMultiaddrsParams;
import io.granary.protocol.actor.ChangePeerIdParams;
import io.granary.protocol.actor.ChangeWorkerAddressParams;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.address.Address;
import java.util.List;
import java.util.Optional;

/** The small methods of a miner: keys, reachability, money (chain.md 3.1). */
final class MinerAdministration {
  private static final int CONTROLS_MAX = 10;
  private static final int PEER_ID_BYTES_MAX = 128;
  private static final int MULTIADDRS_BYTES_MAX = 1024;

  private MinerAdministration() {}

  static Bytes changePeerId(Invocation call) {
    Bytes peerId = call.decode(ChangePeerIdParams::readFrom).newId();
    if (peerId.length() > PEER_ID_BYTES_MAX) {
      throw ActorAbort.illegalArgument(
          "peer ID size of " + peerId.length() + " exceeds maximum size of " + PEER_ID_BYTES_MAX);
    }
    call.requireControlling();
    return update(call, call.miner().profile().withPeerId(peerId));
  }

  static Bytes changeMultiaddrs(Invocation call) {
    List<Bytes> multiaddrs = call.decode(ChangeMultiaddrsParams::readFrom).newMultiaddrs();
    int total = 0;
    for (int i = 0; i < multiaddrs.size(); i++) {
      if (multiaddrs.get(i).isEmpty()) {
        throw ActorAbort.illegalArgument("invalid empty multiaddr");
      }
      total += multiaddrs.get(i).length();
    }
    if (total > MULTIADDRS_BYTES_MAX) {
      throw ActorAbort.illegalArgument(
          "multiaddr size of " + total + " exceeds maximum of " + MULTIADDRS_BYTES_MAX);
    }
    call.requireControlling();
    return update(call, call.miner().profile().withMultiaddrs(multiaddrs));
  }

  static Bytes changeWorker(Invocation call) {
    ChangeWorkerAddressParams params = call.decode(ChangeWorkerAddressParams::readFrom);
    if (params.newControlAddresses().size() > CONTROLS_MAX) {
      throw ActorAbort.illegalArgument(
          "control addresses length "
              + params.newControlAddresses().size()
              + " exceeds max control addresses length "
              + CONTROLS_MAX);
    }
    ActorId worker = account(call, params.newWorker(), "worker");
    requireBlsKey(call, worker);
    List<ActorId> controls =
        params.newControlAddresses().stream()
            .map(address -> account(call, address, "control"))
            .toList();
    call.requireOwner();
    MinerProfile profile = call.miner().profile();
    Optional<WorkerChange> pending = profile.pendingWorker();
    if (pending.isEmpty() && !worker.equals(profile.worker())) {
      pending =
          Optional.of(new WorkerChange(worker, call.epoch() + call.policy().workerChangeDelay()));
    }
    return update(call, profile.withWorker(profile.worker(), controls, pending));
  }

  static Bytes confirmWorker(Invocation call) {
    call.requireNoParams();
    call.requireOwner();
    call.setMiner(withDueWorker(call.miner(), call.epoch()));
    return Bytes.empty();
  }

  /** {@code miner} with its pending worker in place when its time has come. */
  static MinerState withDueWorker(MinerState miner, long epoch) {
    MinerProfile profile = miner.profile();
    return profile
        .pendingWorker()
        .filter(change -> epoch >= change.epoch())
        .map(
            change ->
                miner.withProfile(
                    profile.withWorker(change.worker(), profile.controls(), Optional.empty())))
        .orElse(miner);
  }

  /** The owner proposes a new owner, who confirms with its own address. */
  static Bytes changeOwner(Invocation call) {
    Address proposed = call.decode(reader -> reader.address(""));
    ActorId id =
        proposed
            .idOf()
            .orElseThrow(() -> ActorAbort.illegalArgument("owner address must be an ID address"));
    MinerProfile profile = call.miner().profile();
    if (call.caller().equals(profile.owner())) {
      Optional<ActorId> pending = id.equals(profile.owner()) ? Optional.empty() : Optional.of(id);
      return update(call, profile.withOwner(profile.owner(), pending));
    }
    if (profile.pendingOwner().filter(call.caller()::equals).isEmpty()) {
      throw call.callerNotSupported();
    }
    if (!id.equals(call.caller())) {
      throw ActorAbort.illegalArgument("expected confirmation of " + call.caller() + " got " + id);
    }
    return update(call, profile.withOwner(id, Optional.empty()));
  }

  /** Pays the owner what is available, at most what was asked; returns what it paid. */
  static Bytes withdraw(Invocation call) {
    TokenAmount asked = call.decode(WithdrawBalanceParams::readFrom).amountRequested();
    if (asked.isNegative()) {
      throw ActorAbort.illegalArgument(
          "negative fund requested for withdrawal: " + MinerMoney.fil(asked));
    }
    call.requireOwner();
    MinerMoney.vest(call.state(), call.receiver(), call.epoch());
    MinerMoney.repayDebt(call);
    TokenAmount available = call.miner().funds().available(call.balance());
    TokenAmount paid = asked.compareTo(available) < 0 ? asked : available;
    if (paid.isNegative()) {
      throw new IllegalStateException("available balance of " + call.receiver() + " is " + paid);
    }
    call.pay(call.miner().profile().owner(), paid);
    return BareValue.ofAmount(paid);
  }

  static Bytes repayDebt(Invocation call) {
    call.requireNoParams();
    call.requireControlling();
    MinerMoney.repayWhatCan(call);
    return Bytes.empty();
  }

  private static ActorId account(Invocation call, Address address, String role) {
    LedgerActor actor =
        call.state()
            .resolve(address)
            .flatMap(call.state()::actor)
            .orElseThrow(() -> ActorAbort.illegalArgument("unable to resolve address " + address));
    if (actor.kind() != ActorKind.ACCOUNT) {
      throw ActorAbort.illegalArgument(
          role + " actor type must be an account, was " + actor.kind().code());
    }
    return actor.id();
  }

  /** Workers sign blocks: only BLS keys can. */
  private static void requireBlsKey(Invocation call, ActorId worker) {
    int protocol =
        call.state().actor(worker).flatMap(LedgerActor::robust).map(Address::protocol).orElse(0);
    if (protocol != 3) {
      throw ActorAbort.illegalArgument(
          "worker account " + worker.value() + " must have BLS pubkey, was " + protocol);
    }
  }

  private static Bytes update(Invocation call, MinerProfile profile) {
    call.setMiner(call.miner().withProfile(profile));
    return Bytes.empty();
  }
}
