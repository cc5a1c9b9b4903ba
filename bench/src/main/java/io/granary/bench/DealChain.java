package io.granary.bench;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A chain node that stands still and answers at once what is asked about a proposal: every client
 * is rich and has the key of its address.
 */
final class DealChain {
  static final long HEAD = 100_000;
  private static final ActorId CLIENT = new ActorId(2000);

  private DealChain() {}

  static ChainGateway gateway() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            DealChain.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) -> answer(method, arguments));
  }

  private static CompletionStage<?> answer(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "head" ->
          CompletableFuture.completedStage(
              new TipSet(new TipSetKey(List.of()), List.of(), new Epoch(HEAD)));
      case "accountKey" -> CompletableFuture.completedStage(arguments[0]);
      case "lookupId" -> CompletableFuture.completedStage(CLIENT);
      case "minerInfo" ->
          CompletableFuture.completedStage(
              MinerInfo.of(
                  Address.ofId(CLIENT), Address.ofId(CLIENT), List.of(), SectorSize.SIZE_32GIB));
      case "dealCollateralBounds" ->
          CompletableFuture.completedStage(
              new CollateralBounds(TokenAmount.ofAtto(100), TokenAmount.ofFil(1)));
      case "marketBalance" ->
          CompletableFuture.completedStage(
              new MarketBalance(TokenAmount.ofFil(1_000_000), TokenAmount.ZERO));
      default ->
          CompletableFuture.failedFuture(
              new ChainException(
                  ChainException.CONNECTION_LOST, "no answer to " + method.getName()));
    };
  }
}
