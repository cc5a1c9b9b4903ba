package io.granary.ops.http;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.CreateMinerParams;
import io.granary.protocol.actor.CreateMinerReturn;
import io.granary.protocol.actor.PowerMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.MinerRoster;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates miners: a CreateMiner message with the deposit of FIP-0077, pushed by the chain node,
 * which picks nonce and gas (no sender is there for an owner that may never send again).
 */
public final class MinerCreation {
  private static final Logger LOG = LoggerFactory.getLogger(MinerCreation.class);

  /** The deposit moves with the network's power; what is too much stays the miner's. */
  private static final long DEPOSIT_MARGIN_PERCENT = 110;

  private static final long CONFIDENCE = 2;
  private static final long NO_LOOKBACK_LIMIT = -1;

  private final ChainGateway chain;
  private final MinerRoster roster;
  private final Consumer<ActorId> tickFrom;

  /**
   * @param tickFrom told of each miner to be ticked from then on
   */
  public MinerCreation(ChainGateway chain, MinerRoster roster, Consumer<ActorId> tickFrom) {
    this.chain = chain;
    this.roster = roster;
    this.tickFrom = tickFrom;
  }

  /**
   * Pushes the message; its CID.
   *
   * @param owner a key address of the node's wallet, also the worker; default: the wallet's default
   */
  CompletionStage<Cid> push(SectorSize size, Optional<Address> owner) {
    return owner
        .<CompletionStage<Address>>map(CompletableFuture::completedFuture)
        .orElseGet(chain::walletDefaultAddress)
        .thenCompose(
            address ->
                chain
                    .minerCreationDeposit(TipSetKey.HEAD)
                    .thenCompose(deposit -> push(address, size, deposit)))
        .thenApply(
            signed -> {
              LOG.info(
                  "CreateMiner message {} pushed for {}", signed.cid(), signed.message().from());
              return signed.cid();
            });
  }

  /** Fails with {@link Problem} for a message that the chain node does not know or is another's. */
  CompletionStage<Void> requireCreateMiner(Cid message) {
    return chain
        .message(message)
        .handle(
            (found, failure) -> {
              if (failure != null) {
                throw Problem.notFound("message: " + message + ": " + failure.getMessage());
              }
              if (!found.to().equals(BuiltinActors.STORAGE_POWER)
                  || found.method() != PowerMethod.CREATE_MINER) {
                throw Problem.badRequest("message: " + message + " is no CreateMiner");
              }
              return null;
            });
  }

  /** Completes when the message is {@value #CONFIDENCE} epochs deep and its miner worked for. */
  CompletionStage<ActorId> landed(Cid message) {
    return chain
        .waitMessage(message, CONFIDENCE, NO_LOOKBACK_LIMIT, true)
        .thenCompose(lookup -> workFor(created(lookup)));
  }

  private CompletionStage<SignedMessage> push(Address owner, SectorSize size, TokenAmount deposit) {
    CreateMinerParams params =
        new CreateMinerParams(owner, owner, size.windowPoStV1_1(), Bytes.empty(), List.of());
    TokenAmount value =
        new TokenAmount(
            deposit.times(DEPOSIT_MARGIN_PERCENT).atto().divide(java.math.BigInteger.valueOf(100)));
    return chain.pushMessage(
        Message.of(
            owner, BuiltinActors.STORAGE_POWER, value, PowerMethod.CREATE_MINER, params.toCbor()),
        SendSpec.DEFAULT);
  }

  private static ActorId created(MessageLookup lookup) {
    if (!lookup.receipt().succeeded()) {
      throw Problem.conflict("CreateMiner landed with exit code " + lookup.receipt().exitCode());
    }
    return CreateMinerReturn.fromCbor(lookup.receipt().returnValue()).idAddress().requireId();
  }

  /** Puts {@code miner} on the roster and has it ticked. */
  CompletionStage<ActorId> workFor(ActorId miner) {
    return roster
        .add(miner)
        .thenApply(
            added -> {
              tickFrom.accept(miner);
              return miner;
            });
  }
}
