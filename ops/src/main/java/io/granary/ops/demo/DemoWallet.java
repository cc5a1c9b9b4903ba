package io.granary.ops.demo;

import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.ops.node.NodeConfiguration;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The wallet of the local chain's node, which has money to give. */
final class DemoWallet implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Messages land in the next block, a second later. */
  private static final Duration LAND_LIMIT = Duration.ofMinutes(1);

  private static final long POLL_MILLIS = 300;

  private final LotusChainGateway chain;

  /**
   * @param config of a node, which says where the chain node is
   */
  DemoWallet(Path config) {
    chain =
        new LotusChainGateway(
            NetworkBridgeSettings.from(NodeConfiguration.load(config)), new SecureRandom());
  }

  /** Gives {@code fil} to {@code owner}, unless it is on chain already; whether it did. */
  boolean give(String owner, long fil) {
    Address address = Address.parse(owner);
    if (onChain(address)) {
      return false;
    }
    Address from = get("asking for its wallet", chain.walletDefaultAddress());
    SignedMessage sent =
        get(
            "sending to " + owner,
            chain.pushMessage(
                Message.of(from, address, TokenAmount.ofFil(fil), 0, Bytes.empty()),
                SendSpec.DEFAULT));
    long end = System.nanoTime() + LAND_LIMIT.toNanos();
    while (!onChain(address)) {
      if (System.nanoTime() > end) {
        throw new DemoException("message " + sent.cid() + " does not land on the local chain");
      }
      pause();
    }
    return true;
  }

  /** Whether the client has nothing in the market's escrow. */
  boolean escrowIsEmpty(String owner) {
    return get(
            "asking for the escrow of " + owner,
            chain.marketBalance(Address.parse(owner), TipSetKey.HEAD))
        .escrow()
        .isZero();
  }

  private boolean onChain(Address address) {
    try {
      ActorId unused =
          chain
              .lookupId(address, TipSetKey.HEAD)
              .toCompletableFuture()
              .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChainException said && said.isAnswer()) {
        return false;
      }
      throw failed("looking " + address + " up", e);
    } catch (TimeoutException e) {
      throw failed("looking " + address + " up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }

  private static <T> T get(String what, CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw failed(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }

  private static DemoException failed(String what, Exception e) {
    return new DemoException("the local chain's node, " + what + ": " + e.getMessage(), e);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
  }

  @Override
  public void close() {
    chain.close();
  }
}
