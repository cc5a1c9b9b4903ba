package io.granary.sharding.sender;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.sender.IntentState;
import io.granary.sharding.entity.Answers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a sender asks the chain, each question as one stage. Stateless. */
final class SenderChain {
  private static final long WHOLE_CHAIN = -1;

  private final ChainGateway chain;
  private final Address address;

  SenderChain(ChainGateway chain, Address address) {
    this.chain = chain;
    this.address = address;
  }

  /** What came of asking for gas. */
  sealed interface Price {}

  /** The message with gas limit, fee cap and premium. */
  record Priced(Message message) implements Price {}

  /** The actor would refuse it. */
  record Refused(String reason) implements Price {}

  /**
   * Prices {@code message}. When the node will not, the message is executed on the head's state: an
   * exit code there is a refusal, anything else may be the node's own trouble and fails the stage.
   * The error's text is never read for it (chain.md 2.1).
   */
  CompletionStage<Price> price(Message message, TokenAmount feeMax) {
    SendSpec spec = new SendSpec(feeMax, Optional.empty(), false);
    return chain
        .estimateGas(message, spec, TipSetKey.HEAD)
        .thenApply(priced -> (Price) new Priced(priced))
        .exceptionallyCompose(
            error ->
                isAnswer(Answers.cause(error))
                    ? refusal(message, Answers.cause(error))
                    : CompletableFuture.failedStage(Answers.cause(error)));
  }

  /**
   * What the market takes for a message that lies in the pool. Its gas limit is given, so that the
   * node does not execute it behind itself, which an actor may refuse (recorded/README.md,
   * Messages: an explicit gas limit skips that).
   */
  CompletionStage<Optional<Message>> quote(Message signed, TokenAmount allowed) {
    Message bare =
        new Message(
            signed.to(),
            signed.from(),
            0,
            signed.value(),
            signed.gasLimit(),
            TokenAmount.ZERO,
            TokenAmount.ZERO,
            signed.method(),
            signed.params());
    return chain
        .estimateGas(bare, new SendSpec(allowed, Optional.empty(), false), TipSetKey.HEAD)
        .thenApply(Optional::of);
  }

  /** Base fee, balance and nonce at one head; an address without an actor has nothing. */
  CompletionStage<Market> market(Tick tick) {
    return chain
        .tipSet(tick.head())
        .thenCombine(
            chain
                .actor(address, tick.head())
                .thenApply(Optional::of)
                .exceptionallyCompose(
                    error ->
                        isAnswer(Answers.cause(error))
                            ? CompletableFuture.completedStage(Optional.empty())
                            : CompletableFuture.failedStage(Answers.cause(error))),
            (tipSet, actor) ->
                new Market(
                    tick.epoch(),
                    tipSet.blocks().get(0).parentBaseFee(),
                    actor.map(ActorState::balance).orElse(TokenAmount.ZERO),
                    actor.map(ActorState::nonce).orElse(0L)));
  }

  private CompletionStage<Price> refusal(Message message, Throwable estimate) {
    return chain
        .call(message, TipSetKey.HEAD)
        .thenCompose(
            result ->
                result.receipt().succeeded()
                    ? CompletableFuture.failedStage(estimate)
                    : CompletableFuture.completedStage(
                        new Refused(
                            "exit code " + result.receipt().exitCode() + ": " + result.error())));
  }

  /** Where a signed message stands on the chain of one head. */
  sealed interface Whereabouts {}

  /** On chain, included at {@code inclusionEpoch}. */
  record OnChain(MessageLookup lookup, Epoch inclusionEpoch) implements Whereabouts {}

  /**
   * Not on this chain.
   *
   * @param pooled the node knows it
   * @param chainNonce the address's next nonce on this chain
   */
  record Absent(boolean pooled, long chainNonce) implements Whereabouts {}

  /**
   * Looks for the variants of a message, newest first, on the chain that ends in {@code head}. The
   * lookup accepts a variant that differs only in gas; each is asked for none the less, because a
   * node that lost the newest from its store answers with an error and not with an older one.
   */
  CompletionStage<Whereabouts> find(List<IntentState.Variant> variants, TipSetKey head) {
    return find(variants, variants.size() - 1, false, head);
  }

  private CompletionStage<Whereabouts> find(
      List<IntentState.Variant> variants, int index, boolean pooled, TipSetKey head) {
    if (index < 0) {
      return chain.actor(address, head).thenApply(actor -> new Absent(pooled, actor.nonce()));
    }
    return chain
        .searchMessage(head, variants.get(index).cid(), WHOLE_CHAIN, true)
        .thenApply(lookup -> new Answer(lookup, true))
        .exceptionallyCompose(error -> unknown(Answers.cause(error)))
        .thenCompose(
            answer ->
                answer.lookup().isPresent()
                    ? onChain(answer.lookup().get())
                    : find(variants, index - 1, pooled || answer.known(), head));
  }

  /** {@code known}: the node did not call the message unknown. */
  private record Answer(Optional<MessageLookup> lookup, boolean known) {}

  private static CompletionStage<Answer> unknown(Throwable cause) {
    return isAnswer(cause)
        ? CompletableFuture.completedStage(new Answer(Optional.empty(), false))
        : CompletableFuture.failedStage(cause);
  }

  /**
   * The lookup names the child tipset that carries the receipt; the message is included one tipset
   * earlier, which after null rounds is more than one epoch (chain.md 2.4, traps).
   */
  private CompletionStage<Whereabouts> onChain(MessageLookup lookup) {
    return chain
        .tipSet(lookup.tipSet())
        .thenCompose(child -> parentOf(child))
        .thenApply(parent -> new OnChain(lookup, parent.height()));
  }

  private CompletionStage<TipSet> parentOf(TipSet child) {
    return child.parents().isHead()
        ? CompletableFuture.completedStage(child)
        : chain.tipSet(child.parents());
  }

  private static boolean isAnswer(Throwable cause) {
    return cause instanceof ChainException said && said.isAnswer();
  }
}
