package io.granary.devnet.actor;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.devnet.state.MinerState;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborDecoder;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.chain.Randomness;

/** One call of a method: who called whom with what, and the state it works on. */
record Invocation(
    StateDraft state,
    Environment environment,
    ActorId caller,
    ActorId receiver,
    long method,
    TokenAmount value,
    Bytes params) {
  /** f099, where burnt amounts go. */
  static final ActorId BURNT_FUNDS = new ActorId(99);

  ChainPolicy policy() {
    return environment.policy();
  }

  long epoch() {
    return environment.epoch();
  }

  /** The receiver's miner state as the draft has it now. */
  MinerState miner() {
    return state
        .miner(receiver)
        .orElseThrow(() -> new IllegalStateException("no miner state of " + receiver));
  }

  void setMiner(MinerState miner) {
    state.put(miner);
  }

  /** The receiver's balance, the value of this call included. */
  TokenAmount balance() {
    return state.balance(receiver);
  }

  /** Moves {@code amount} from the receiver to {@code to}. */
  void pay(ActorId to, TokenAmount amount) {
    state.credit(receiver, new TokenAmount(amount.atto().negate()));
    state.credit(to, amount);
  }

  /** Burns {@code amount} of the receiver's balance. */
  void burn(TokenAmount amount) {
    if (!amount.isZero()) {
      pay(BURNT_FUNDS, amount);
    }
  }

  /** The entropy of a miner's draws: CBOR of its ID address. */
  Bytes minerEntropy() {
    return Randomness.minerEntropy(receiver);
  }

  /** Decodes the parameters strictly; what is malformed exits 21. */
  <T> T decode(CborDecoder<T> decoder) {
    try {
      return CborReader.decode(params, "params", decoder);
    } catch (CborException e) {
      throw new ActorAbort(
          ExitCode.SERIALIZATION, "Serialization error for Cbor protocol: " + e.getMessage());
    }
  }

  /** Exits 21 unless there are no parameters. */
  void requireNoParams() {
    if (!params.isEmpty()) {
      throw new ActorAbort(
          ExitCode.SERIALIZATION, "Serialization error for Cbor protocol: unexpected params");
    }
  }

  /** Exits 18 unless the caller is owner, worker or control address of the receiver. */
  void requireControlling() {
    if (!miner().profile().isControlling(caller)) {
      throw callerNotSupported();
    }
  }

  /** Exits 18 unless the caller is the owner of the receiver. */
  void requireOwner() {
    if (!miner().profile().owner().equals(caller)) {
      throw callerNotSupported();
    }
  }

  ActorAbort callerNotSupported() {
    return ActorAbort.forbidden("caller " + caller + " is not one of supported");
  }
}
