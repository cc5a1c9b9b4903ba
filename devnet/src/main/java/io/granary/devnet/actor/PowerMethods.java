package io.granary.devnet.actor;

import io.granary.devnet.policy.Economics;
import io.granary.devnet.policy.ProvingGrid;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerFunds;
import io.granary.devnet.state.MinerProfile;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.CreateMinerParams;
import io.granary.protocol.actor.CreateMinerReturn;
import io.granary.protocol.actor.PowerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The power actor f04 (chain.md 3.2): all that an SP calls there is CreateMiner. */
final class PowerMethods {
  private static final int PEER_ID_BYTES_MAX = 128;
  private static final int MULTIADDRS_BYTES_MAX = 1024;

  private PowerMethods() {}

  static Bytes call(Invocation call) {
    if (call.method() == PowerMethod.CREATE_MINER) {
      return createMiner(call);
    }
    throw new ActorAbort(ExitCode.UNHANDLED_MESSAGE, "invalid method: " + call.method());
  }

  private static Bytes createMiner(Invocation call) {
    CreateMinerParams params = call.decode(CreateMinerParams::readFrom);
    StateDraft state = call.state();
    ActorId newId = new ActorId(state.nextId());
    RegisteredPoStProof type = params.windowPoStProofType();
    if (type.number() < 10 || !call.policy().sectorSizes().contains(type.sectorSize())) {
      throw constructorFailed(
          newId,
          ExitCode.ILLEGAL_ARGUMENT,
          "proof type Invalid(" + type.number() + ") not allowed for new miner actors");
    }
    ActorId owner = account(state, params.owner(), newId);
    ActorId worker = account(state, params.worker(), newId);
    if (state.actor(worker).flatMap(LedgerActor::robust).map(Address::protocol).orElse(0) != 3) {
      throw constructorFailed(
          newId, ExitCode.ILLEGAL_ARGUMENT, "worker account must have BLS pubkey");
    }
    requireReachable(params, newId);
    TokenAmount deposit = Economics.creationDeposit(call.policy());
    if (call.value().compareTo(deposit) < 0) {
      throw constructorFailed(
          newId,
          ExitCode.INSUFFICIENT_FUNDS,
          "not enough balance to lock for create miner deposit: sent balance "
              + call.value()
              + " < deposit "
              + deposit);
    }
    Address robust = robustAddress(call, newId);
    ActorId id = state.create(ActorKind.MINER, Optional.of(robust));
    call.pay(id, call.value());
    state.put(
        MinerState.fresh(
            id,
            new MinerProfile(
                owner,
                worker,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                params.peer(),
                params.multiaddrs(),
                type),
            MinerFunds.holding(deposit, call.epoch(), call.policy().vestingDuration()),
            ProvingGrid.offsetOf(id, call.epoch(), call.policy()),
            call.policy()));
    return new CreateMinerReturn(Address.ofId(id), robust).toCbor();
  }

  private static ActorId account(StateDraft state, Address address, ActorId newId) {
    Optional<LedgerActor> actor = state.resolve(address).flatMap(state::actor);
    if (actor.isEmpty()) {
      throw constructorFailed(
          newId, ExitCode.ILLEGAL_ARGUMENT, "unable to resolve address " + address);
    }
    if (actor.get().kind() != ActorKind.ACCOUNT) {
      throw constructorFailed(
          newId, ExitCode.ILLEGAL_ARGUMENT, "owner and worker must be account actors");
    }
    return actor.get().id();
  }

  private static void requireReachable(CreateMinerParams params, ActorId newId) {
    if (params.peer().length() > PEER_ID_BYTES_MAX) {
      throw constructorFailed(
          newId,
          ExitCode.ILLEGAL_ARGUMENT,
          "peer ID size of "
              + params.peer().length()
              + " exceeds maximum size of "
              + PEER_ID_BYTES_MAX);
    }
    int total = params.multiaddrs().stream().mapToInt(Bytes::length).sum();
    if (total > MULTIADDRS_BYTES_MAX || params.multiaddrs().stream().anyMatch(Bytes::isEmpty)) {
      throw constructorFailed(
          newId,
          ExitCode.ILLEGAL_ARGUMENT,
          "multiaddrs must be non-empty and at most " + MULTIADDRS_BYTES_MAX + " bytes together");
    }
  }

  /** An f2 address from the creator, the epoch and the new number, so that it never repeats. */
  private static Address robustAddress(Invocation call, ActorId newId) {
    byte[] creator = new CborWriter().address(Address.ofId(call.caller())).toBytes().toArray();
    byte[] seed =
        ByteBuffer.allocate(creator.length + 2 * Long.BYTES)
            .put(creator)
            .putLong(call.epoch())
            .putLong(newId.value())
            .array();
    return Address.ofActor(Bytes.of(seed));
  }

  private static ActorAbort constructorFailed(ActorId newId, ExitCode code, String message) {
    return new ActorAbort(
        code,
        "send aborted with code " + code.code(),
        List.of(
            "f01 (method 2) -- constructor failed: send aborted with code "
                + code.code()
                + " ("
                + code.code()
                + ")",
            newId + " (method 1) -- " + message + " (" + code.code() + ")"));
  }
}
