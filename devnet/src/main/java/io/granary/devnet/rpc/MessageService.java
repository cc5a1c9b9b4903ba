package io.granary.devnet.rpc;

import io.granary.devnet.actor.ExitCode;
import io.granary.devnet.actor.MessageExecutor.Applied;
import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.PoolException;
import io.granary.devnet.chain.Simulator;
import io.granary.devnet.state.ActorKind;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.wallet.Wallet;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.signature.WalletKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * MpoolPushMessage: simulate, price, number, sign, push. A message that would fail is refused
 * unless the caller set its gas limit (recorded).
 */
final class MessageService {
  private static final int REMEMBERED_UUIDS_MAX = 10_000;

  private final Chain chain;
  private final Wallet wallet;
  private final Simulator simulator;
  private final Map<String, SignedMessage> byUuid =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SignedMessage> eldest) {
          return size() > REMEMBERED_UUIDS_MAX;
        }
      };

  MessageService(Chain chain, Wallet wallet, Simulator simulator) {
    this.chain = chain;
    this.wallet = wallet;
    this.simulator = simulator;
  }

  /** The key address behind {@code address}; itself when it is one or is not known. */
  Address key(Address address) {
    return address.protocol() != 0
        ? address
        : chain
            .head()
            .after()
            .actor(address)
            .filter(actor -> actor.kind() == ActorKind.ACCOUNT)
            .flatMap(LedgerActor::robust)
            .orElse(address);
  }

  /** The key of the wallet for {@code address}. */
  WalletKey walletKey(Address address) {
    return wallet
        .key(key(address))
        .orElseThrow(() -> RpcException.handler("key not found for " + text(address)));
  }

  synchronized SignedMessage push(Message message, SendSpec spec) {
    Optional<SignedMessage> earlier = spec.messageUuid().map(byUuid::get);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (message.nonce() != 0) {
      throw RpcException.handler(
          "MpoolPushMessage expects message nonce to be 0, was " + message.nonce());
    }
    Message priced;
    try {
      priced = estimate(fromKey(message), spec);
    } catch (RpcException e) {
      throw RpcException.handler("GasEstimateMessageGas error: " + e.getMessage());
    }
    WalletKey key = walletKey(priced.from());
    try {
      SignedMessage pushed =
          chain.pushNext(priced.from(), nonce -> sign(key, priced.withNonce(nonce)));
      spec.messageUuid().ifPresent(uuid -> byUuid.put(uuid, pushed));
      return pushed;
    } catch (PoolException e) {
      throw RpcException.handler("mpool push: failed to push message: " + e.getMessage());
    }
  }

  static SignedMessage sign(WalletKey key, Message message) {
    return new SignedMessage(message, key.sign(message.signingBytes()));
  }

  /** {@code message} with gas limit, premium and fee cap filled in where they are zero. */
  Message estimate(Message message, SendSpec spec) {
    Message from = fromKey(message);
    long limit = from.gasLimit() != 0 ? from.gasLimit() : Simulator.gasLimit(gasUsed(from));
    return simulator.withGas(from, limit, spec);
  }

  /** The gas that {@code message} would use in the next block; refused when it would fail. */
  long gasUsed(Message message) {
    Message from = fromKey(message);
    if (chain.head().after().actor(from.from()).isEmpty()) {
      throw RpcException.handler(
          "gas estimation failed: CallWithGas failed: sender "
              + text(from.from())
              + " not found on chain: sender validation failed");
    }
    Applied applied = simulator.next(from);
    if (applied.code() != ExitCode.OK) {
      throw RpcException.handler(
          "message execution failed (exit=["
              + applied.code()
              + "], vm error=["
              + applied.error()
              + "])");
    }
    return applied.receipt().gasUsed();
  }

  private Message fromKey(Message message) {
    Address from = key(message.from());
    return new Message(
        message.to(),
        from,
        message.nonce(),
        message.value(),
        message.gasLimit(),
        message.gasFeeCap(),
        message.gasPremium(),
        message.method(),
        message.params());
  }

  private String text(Address address) {
    return address.toText(chain.config().networkPrefix());
  }
}
