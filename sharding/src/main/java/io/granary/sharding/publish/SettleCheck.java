package io.granary.sharding.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentOutcome;
import io.granary.protocol.publish.PaymentOutcome.Settled;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.address.Payers;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Looks what a settlement would bring, right before: the chain's own simulation of the very message
 * says it deal by deal, also what others have settled since and what is gone; its estimate says
 * what that costs. Holds no state; its stages run anywhere.
 */
final class SettleCheck {
  private final ChainGateway chain;
  private final Payers payers;
  private final ActorId provider;
  private final SettlePlan plan;

  SettleCheck(ChainGateway chain, Payers payers, ActorId provider, SettlePlan plan) {
    this.chain = chain;
    this.payers = payers;
    this.provider = provider;
    this.plan = plan;
  }

  /**
   * What a look found.
   *
   * @param good in the order of their ids
   * @param gone what the market keeps no more, and why as far as we can tell
   * @param message with {@code good}; empty when there is nothing to send
   * @param held why nothing is sent; empty with a message
   */
  record Result(
      List<Payable> good, Map<DealId, String> gone, Optional<Message> message, String held) {
    Result {
      good = List.copyOf(good);
      gone = Map.copyOf(gone);
    }
  }

  /** Looks at {@code deals}, in the order of their ids; fails as the chain does. */
  CompletionStage<Result> look(List<Payable> deals, Tick head) {
    return payers
        .payer(provider, MessagePurpose.PUBLISH, TokenAmount.ZERO, head.head())
        .thenCompose(
            from ->
                chain
                    .call(message(from, deals), head.head())
                    .thenCompose(said -> simulated(deals, said, from, head)));
  }

  private CompletionStage<Result> simulated(
      List<Payable> deals, CallResult said, Address from, Tick head) {
    List<Settled> settled;
    try {
      settled = PaymentOutcome.read(deals, said.receipt(), head.epoch());
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedStage(
          nothing(Map.of(), "simulated: " + e.getMessage() + " " + said.error()));
    }
    Map<DealId, String> gone =
        settled.stream()
            .filter(each -> each.refusal().isPresent())
            .collect(
                Collectors.toMap(each -> each.deal().deal(), each -> each.refusal().orElseThrow()));
    List<Settled> some = settled.stream().filter(each -> !mayCost(each).isZero()).toList();
    return some.isEmpty()
        ? CompletableFuture.completedStage(nothing(gone, "none of its deals would bring anything"))
        : priced(some, gone, from, head);
  }

  /** Leaves out what is not worth its part of the cost, until all the rest is. */
  private CompletionStage<Result> priced(
      List<Settled> some, Map<DealId, String> gone, Address from, Tick head) {
    Message message = message(from, deals(some));
    return chain
        .estimateGas(message, SendSpec.DEFAULT, head.head())
        .thenCombine(
            chain.tipSet(head.head()),
            (priced, tipSet) ->
                priced
                    .gasPremium()
                    .plus(tipSet.blocks().get(0).parentBaseFee())
                    .times(priced.gasLimit()))
        .thenCompose(
            cost -> {
              TokenAmount each = new TokenAmount(cost.atto().divide(size(some)));
              List<Settled> worth =
                  some.stream().filter(deal -> mayCost(deal).compareTo(each) >= 0).toList();
              if (worth.size() < some.size() && !worth.isEmpty()) {
                return priced(worth, gone, from, head);
              }
              return CompletableFuture.completedStage(
                  worth.isEmpty()
                      ? nothing(gone, tooDear(some, cost))
                      : new Result(deals(some), gone, Optional.of(message), ""));
            });
  }

  private static BigInteger size(List<Settled> some) {
    return BigInteger.valueOf(some.size());
  }

  private static String tooDear(List<Settled> some, TokenAmount cost) {
    TokenAmount brings =
        some.stream()
            .map(each -> each.settlement().payment())
            .reduce(TokenAmount.ZERO, TokenAmount::plus);
    return "the " + brings + " attoFIL it brings are not worth the " + cost + " it costs now";
  }

  private TokenAmount mayCost(Settled settled) {
    return settled.refusal().isPresent()
        ? TokenAmount.ZERO
        : plan.mayCost(settled.deal(), settled.settlement());
  }

  private static List<Payable> deals(List<Settled> settled) {
    return settled.stream().map(Settled::deal).toList();
  }

  private static Result nothing(Map<DealId, String> gone, String held) {
    return new Result(List.of(), gone, Optional.empty(), held);
  }

  private static Message message(Address from, List<Payable> deals) {
    return PublishMessages.settlement(from, deals.stream().map(Payable::chainDealId).toList());
  }
}
