package io.granary.ops.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BatchReturn;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.ChainGateway;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * DataCap of a devnet whose registry's root is the wallet's default key, and what clients do with
 * it: parameters as chain.md and market.md 9 have them.
 */
public final class DataCap {
  private static final long ADD_VERIFIER = 2;
  private static final long ADD_VERIFIED_CLIENT = 4;

  /** Transfer, by its FRC-0042 number. */
  private static final long TRANSFER = 80_475_954;

  private static final BigInteger UNIT = BigInteger.TEN.pow(18);
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
        BuiltinActors.VERIFIED_REGISTRY, TokenAmount.ZERO, ADD_VERIFIER, grantOf(verifier, bytes));
    send(verifier, BuiltinActors.VERIFIED_REGISTRY, ADD_VERIFIED_CLIENT, grantOf(client, bytes));
  }

  private Address funded() {
    Address fresh = get(chain.walletNew(Signature.Kind.SECP256K1));
    byRoot(fresh, TokenAmount.ofFil(1), 0, Bytes.empty());
    return fresh;
  }

  private static Bytes grantOf(Address address, long bytes) {
    return new CborWriter()
        .array(2)
        .address(address)
        .bigInteger(BigInteger.valueOf(bytes))
        .toBytes();
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
    Bytes asked =
        new CborWriter()
            .array(2)
            .array(1)
            .array(6)
            .uint64(provider.requireId().value())
            .cid(Cid.commP(piece.commP()))
            .uint64(piece.paddedBytes())
            .int64(termMin)
            .int64(termMax)
            .int64(head + expiration)
            .array(0)
            .toBytes();
    Bytes params =
        new CborWriter()
            .array(3)
            .address(BuiltinActors.VERIFIED_REGISTRY)
            .bigInteger(BigInteger.valueOf(piece.paddedBytes()).multiply(UNIT))
            .bytes(asked)
            .toBytes();
    return allocationOf(send(client, BuiltinActors.DATACAP, TRANSFER, params));
  }

  /** The one id of [from, to, [allocations, extensions, [ids]]], the inner one as bytes. */
  private static long allocationOf(Bytes returned) {
    Bytes data =
        CborReader.decode(
            returned,
            "return",
            reader ->
                reader.struct(
                    "",
                    3,
                    r -> {
                      r.bigInteger("from");
                      r.bigInteger("to");
                      return r.bytes("data", 1 << 20);
                    }));
    List<Long> ids =
        CborReader.decode(
            data,
            "data",
            reader ->
                reader.struct(
                    "",
                    3,
                    r -> {
                      BatchReturn made = r.nested("allocations", BatchReturn::readFrom);
                      BatchReturn extended = r.nested("extensions", BatchReturn::readFrom);
                      assertThat(made.size() + extended.size()).isEqualTo(1);
                      return r.list("ids", 1, id -> id.uint(""));
                    }));
    return ids.get(0);
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
