package io.granary.devnet.actor;

import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.StateDraft;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.Receipt;
import java.util.Optional;

/** Applies one message to a state. */
public final class MessageExecutor {
  private MessageExecutor() {}

  /**
   * What a message did.
   *
   * @param state the state after it
   * @param error the backtrace of a failed message, empty otherwise
   * @param code its exit code by name
   */
  public record Applied(ChainState state, Receipt receipt, String error, ExitCode code) {}

  /** Who is paid for the gas, and at what price. */
  public record GasTerms(ActorId producer, TokenAmount baseFee) {}

  /**
   * Applies a message of a block: nonce, gas and value are taken from its sender.
   *
   * @param size bytes of the message as it stands in the block
   * @throws VerifierUnavailableException when a proof could not be judged
   */
  public static Applied apply(
      ChainState state, Message message, int size, Environment environment, GasTerms terms) {
    Optional<LedgerActor> sender = state.actor(message.from());
    if (sender.isEmpty() || sender.get().kind() != ActorKind.ACCOUNT) {
      return refused(state, ExitCode.SENDER_INVALID, "sender is not an account");
    }
    LedgerActor from = sender.get();
    TokenAmount gasDeposit = message.gasFeeCap().times(message.gasLimit());
    if (from.nonce() != message.nonce() || from.balance().compareTo(gasDeposit) < 0) {
      return refused(state, ExitCode.SENDER_STATE_INVALID, "nonce or balance of the sender");
    }
    StateDraft paid = state.draft();
    paid.setNonce(from.id(), message.nonce() + 1);
    paid.credit(from.id(), new TokenAmount(gasDeposit.atto().negate()));
    Applied applied = run(paid.freeze(), message, size, environment, from.id());
    return settleGas(applied, message, from.id(), terms, gasDeposit);
  }

  /**
   * Runs a message without taking gas and whatever its nonce: StateCall and gas estimation.
   *
   * @throws VerifierUnavailableException when a proof could not be judged
   */
  public static Applied simulate(
      ChainState state, Message message, int size, Environment environment) {
    Optional<LedgerActor> sender = state.actor(message.from());
    if (sender.isEmpty()) {
      return refused(state, ExitCode.SENDER_INVALID, "sender not found");
    }
    return run(state, message, size, environment, sender.get().id());
  }

  private static Applied refused(ChainState state, ExitCode code, String error) {
    return new Applied(state, new Receipt(code.code(), Bytes.empty(), 0), error, code);
  }

  private static Applied run(
      ChainState state, Message message, int size, Environment environment, ActorId from) {
    long gas = GasSchedule.inclusion(size);
    TokenAmount balance = state.actor(from).orElseThrow().balance();
    if (balance.compareTo(message.value()) < 0 || message.value().isNegative()) {
      String error =
          "message failed with backtrace:\n"
              + "--> caused by: send::send -- sender does not have funds to transfer (balance "
              + MinerMoney.fil(balance)
              + ", transfer "
              + MinerMoney.fil(message.value())
              + ") (5: insufficient funds)\n (RetCode=6)";
      return failed(state, ExitCode.SYS_INSUFFICIENT_FUNDS, gas, error);
    }
    StateDraft draft = state.draft();
    Optional<ActorId> known = draft.resolve(message.to());
    boolean creates = known.isEmpty();
    gas += GasSchedule.send(creates);
    if (creates && !isKey(message.to())) {
      return failed(
          state,
          ExitCode.INVALID_RECEIVER,
          gas,
          backtrace(message, "actor does not exist", ExitCode.INVALID_RECEIVER));
    }
    ActorId to = known.orElseGet(() -> draft.create(ActorKind.ACCOUNT, Optional.of(message.to())));
    draft.credit(from, new TokenAmount(message.value().atto().negate()));
    draft.credit(to, message.value());
    if (message.method() == 0) {
      return succeeded(draft, Bytes.empty(), gas, message, state);
    }
    ActorKind kind = draft.actor(to).orElseThrow().kind();
    gas += GasSchedule.method(kind, message.method(), message.params());
    Invocation call =
        new Invocation(
            draft, environment, from, to, message.method(), message.value(), message.params());
    try {
      return succeeded(draft, dispatch(kind, call), gas, message, state);
    } catch (ActorAbort abort) {
      return failed(state, abort.exitCode(), gas, backtrace(to, message.method(), abort));
    } catch (ChainRandomness.FutureEpochException e) {
      ActorAbort abort = ActorAbort.illegalArgument(ChainRandomness.FutureEpochException.TEXT);
      return failed(state, abort.exitCode(), gas, backtrace(to, message.method(), abort));
    }
  }

  private static Bytes dispatch(ActorKind kind, Invocation call) {
    return switch (kind) {
      case MINER -> MinerMethods.call(call);
      case POWER -> PowerMethods.call(call);
      case MARKET -> MarketMethods.call(call);
      case VERIFIED_REGISTRY -> VerifiedRegistryMethods.call(call);
      case DATACAP -> DataCapMethods.call(call);
      default ->
          throw new ActorAbort(ExitCode.UNHANDLED_MESSAGE, "invalid method: " + call.method());
    };
  }

  private static Applied succeeded(
      StateDraft draft, Bytes returned, long gas, Message message, ChainState before) {
    if (message.gasLimit() > 0 && gas > message.gasLimit()) {
      return failed(
          before,
          ExitCode.OUT_OF_GAS,
          message.gasLimit(),
          backtrace(message, "out of gas", ExitCode.OUT_OF_GAS));
    }
    return new Applied(draft.freeze(), new Receipt(0, returned, gas), "", ExitCode.OK);
  }

  private static Applied failed(ChainState state, ExitCode code, long gas, String error) {
    return new Applied(state, new Receipt(code.code(), Bytes.empty(), gas), error, code);
  }

  /** Gives back what of the deposit was not used; base fee is burnt, the tip is the producer's. */
  private static Applied settleGas(
      Applied applied, Message message, ActorId from, GasTerms terms, TokenAmount deposit) {
    long used = Math.min(applied.receipt().gasUsed(), message.gasLimit());
    TokenAmount baseFee = min(terms.baseFee(), message.gasFeeCap());
    TokenAmount burnt = baseFee.times(used);
    TokenAmount tip =
        min(message.gasPremium(), message.gasFeeCap().minus(baseFee)).times(message.gasLimit());
    StateDraft draft = applied.state().draft();
    draft.credit(Invocation.BURNT_FUNDS, burnt);
    draft.credit(terms.producer(), tip);
    draft.credit(from, deposit.minus(burnt).minus(tip));
    Receipt receipt =
        new Receipt(applied.receipt().exitCode(), applied.receipt().returnValue(), used);
    return new Applied(draft.freeze(), receipt, applied.error(), applied.code());
  }

  /** Whether money sent to {@code address} makes an account there. */
  static boolean isKey(Address address) {
    return address.protocol() == 1 || address.protocol() == 3 || address.protocol() == 4;
  }

  private static String backtrace(Message message, String text, ExitCode code) {
    return "message failed with backtrace:\n00: "
        + message.to().toText('f')
        + " (method "
        + message.method()
        + ") -- "
        + text
        + " ("
        + code.code()
        + ")\n (RetCode="
        + code.code()
        + ")";
  }

  private static String backtrace(ActorId to, long method, ActorAbort abort) {
    StringBuilder text = new StringBuilder("message failed with backtrace:\n00: ");
    text.append(to).append(" (method ").append(method).append(") -- ").append(abort.getMessage());
    text.append(" (").append(abort.exitCode().code()).append(")\n");
    for (int i = 0; i < abort.innerFrames().size(); i++) {
      text.append(String.format("%02d: ", i + 1)).append(abort.innerFrames().get(i)).append('\n');
    }
    return text.append(" (RetCode=").append(abort.exitCode().code()).append(")").toString();
  }

  private static TokenAmount min(TokenAmount a, TokenAmount b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
