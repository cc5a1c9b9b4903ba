package io.granary.ops.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.DataCapParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.ChainGateway;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * DataCap of a devnet whose registry's root is the wallet's default key, and what clients do with
 * it ({@link DataCapParams}).
 */
public final class DataCap {
  private static final long ADD_VERIFIER = 2;
  private static final long ADD_VERIFIED_CLIENT = 4;

  private static final long LOOKBACK = 100;
  private static final Duration LANDING = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ChainGateway chain;

  public DataCap(ChainGateway chain) {
    this.chain = chain;
  }

  /** A new address of the node's wallet that has money, and {@code bytes} of DataCap. */
  public Address client(long bytes) {
    Address client = funded();
    grant(client, bytes);
    return client;
  }

  /** Gives {@code bytes} of DataCap to {@code client}, which is on chain. */
  public void grant(Address client, long bytes) {
    Address verifier = funded();
    byRoot(
        BuiltinActors.VERIFIED_REGISTRY,
        TokenAmount.ZERO,
        ADD_VERIFIER,
        DataCapParams.grant(verifier, bytes));
    send(
        verifier,
        BuiltinActors.VERIFIED_REGISTRY,
        ADD_VERIFIED_CLIENT,
        DataCapParams.grant(client, bytes));
  }

  private Address funded() {
    Address fresh = get(chain.walletNew(Signature.Kind.SECP256K1));
    byRoot(fresh, TokenAmount.ofFil(1), 0, Bytes.empty());
    return fresh;
  }

  /**
   * Allocates {@code client}'s DataCap to {@code piece} at {@code provider}.
   *
   * @param expiration epochs from now on that it can be claimed
   * @return the allocation's id
   */
  public long allocate(
      Address client,
      Address provider,
      PieceInfo piece,
      long termMin,
      long termMax,
      long expiration) {
    long head = get(chain.head()).height().value();
    DataCapParams.Ask ask =
        new DataCapParams.Ask(
            provider.requireId(),
            Cid.commP(piece.commP()),
            piece.paddedBytes(),
            termMin,
            termMax,
            head + expiration);
    return DataCapParams.allocation(
        send(client, BuiltinActors.DATACAP, DataCapParams.TRANSFER, ask.transfer()));
  }

  private Bytes send(Address from, Address to, long method, Bytes params) {
    Cid pushed = push(Message.of(from, to, TokenAmount.ZERO, method, params));
    Receipt receipt = get(chain.waitMessage(pushed, 1, LOOKBACK, true)).receipt();
    assertThat(receipt.exitCode()).as("method %s of %s", method, to).isZero();
    return receipt.returnValue();
  }

  /**
   * From the root, which is the miner's worker as well: the worker's sender picks nonces by itself,
   * so that another message may land under this one's. Then it is sent again.
   */
  private void byRoot(Address to, TokenAmount value, long method, Bytes params) {
    Address root = get(chain.walletDefaultAddress());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              Cid pushed = push(Message.of(root, to, value, method, params));
              MessageLookup landed =
                  chain
                      .waitMessage(pushed, 1, LOOKBACK, true)
                      .toCompletableFuture()
                      .get(LANDING.toSeconds(), TimeUnit.SECONDS);
              return landed.message().equals(pushed) && landed.receipt().succeeded();
            });
  }

  private Cid push(Message message) {
    return get(chain.pushMessage(message, new SendSpec(TokenAmount.ZERO, Optional.empty(), false)))
        .cid();
  }

  private static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
