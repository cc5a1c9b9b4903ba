package io.granary.devnet.chain;

import io.granary.devnet.actor.GasSchedule;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.signature.Signatures;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for a block (chain.md 2.5). Guarded by the chain's lock.
 *
 * <p>A push over the node's own API is trusted: it may leave a nonce gap, as recorded; the message
 * then waits until the gap is filled.
 */
final class MessagePool {
  private static final int MESSAGE_BYTES_MAX = 64 << 10;
  private static final int PENDING_PER_SENDER_MAX = 1000;
  private static final int PENDING_MAX = 30_000;
  private static final int BLOCK_MESSAGES_MAX = 10_000;

  /** Replacement needs the premium times 1.25 and one more (recorded MpoolGetConfig). */
  private static final BigInteger REPLACE_NUMERATOR = BigInteger.valueOf(5);

  private static final BigInteger REPLACE_DENOMINATOR = BigInteger.valueOf(4);

  private final char networkPrefix;
  private final TokenAmount leastFeeCap;
  private final Map<Address, NavigableMap<Long, SignedMessage>> bySender = new TreeMap<>();
  private int size;

  /**
   * An empty pool.
   *
   * @param leastFeeCap what no fee cap may be below, since no base fee is
   */
  MessagePool(char networkPrefix, TokenAmount leastFeeCap) {
    this.networkPrefix = networkPrefix;
    this.leastFeeCap = leastFeeCap;
  }

  /** Takes a message or refuses it; {@code state} is that after the head. */
  void add(SignedMessage signed, ChainState state) {
    requireValid(signed);
    if (!Signatures.verify(
        signed.signature(), signed.message().from(), signed.message().signingBytes())) {
      throw new PoolException(
          "signature verification failed: failed to validate signature: invalid signature for"
              + " message "
              + signed.cid()
              + " (type "
              + signed.signature().kind().number()
              + "): "
              + (Messages.isBls(signed) ? "bls" : "secp256k1")
              + " signature failed to verify");
    }
    Message message = signed.message();
    LedgerActor sender =
        state
            .actor(message.from())
            .orElseThrow(
                () -> new PoolException("sender " + text(message.from()) + " not found on chain"));
    if (message.nonce() < sender.nonce()) {
      throw new PoolException(
          "minimum expected nonce is "
              + sender.nonce()
              + ", got "
              + message.nonce()
              + ": message nonce too low");
    }
    requireFunds(message, sender);
    insert(signed);
  }

  private void requireValid(SignedMessage signed) {
    Message message = signed.message();
    int bytes = signed.toCbor().length();
    if (bytes > MESSAGE_BYTES_MAX) {
      throw new PoolException(
          "mpool message too large (" + bytes + "B): message too big for the pool");
    }
    if (message.gasLimit() > GasSchedule.BLOCK_GAS_LIMIT) {
      throw new PoolException(
          "message not valid for block inclusion: 'GasLimit' field cannot be greater than a"
              + " block's gas limit ("
              + message.gasLimit()
              + " > "
              + GasSchedule.BLOCK_GAS_LIMIT
              + ")");
    }
    if (message.gasFeeCap().compareTo(message.gasPremium()) < 0
        || message.gasPremium().isNegative()) {
      throw new PoolException(
          "message not valid for block inclusion: 'GasFeeCap' less than 'GasPremium'");
    }
    if (message.value().isNegative()) {
      throw new PoolException("message not valid for block inclusion: 'Value' field is negative");
    }
    long least = GasSchedule.inclusion(Messages.chainLength(signed));
    if (message.gasLimit() < least) {
      throw new PoolException(
          "verify msg failed: message will not be included in a block: 'GasLimit' field cannot be"
              + " less than the cost of storing a message on chain "
              + message.gasLimit()
              + " < "
              + least);
    }
    if (message.gasFeeCap().compareTo(leastFeeCap) < 0) {
      throw new PoolException("gas fee cap too low");
    }
  }

  private void requireFunds(Message message, LedgerActor sender) {
    TokenAmount needed = message.gasFeeCap().times(message.gasLimit()).plus(message.value());
    if (sender.balance().compareTo(needed) < 0) {
      throw new PoolException(
          "not enough funds (required: "
              + needed
              + " attoFIL, balance: "
              + sender.balance()
              + " attoFIL): not enough funds to execute transaction");
    }
  }

  private void insert(SignedMessage signed) {
    Message message = signed.message();
    NavigableMap<Long, SignedMessage> own =
        bySender.computeIfAbsent(message.from(), sender -> new TreeMap<>());
    SignedMessage old = own.get(message.nonce());
    if (old == null) {
      if (own.size() >= PENDING_PER_SENDER_MAX || size >= PENDING_MAX) {
        throw new PoolException("too many pending messages for actor " + text(message.from()));
      }
      size++;
    } else if (old.equals(signed)) {
      throw new PoolException(
          "failed to add locked: "
              + alreadyInPool(message)
              + ": message with nonce already exists");
    } else if (message.gasPremium().compareTo(replacementPremium(old)) < 0) {
      throw new PoolException(
          "failed to add locked: "
              + alreadyInPool(message)
              + ", increase GasPremium to "
              + replacementPremium(old)
              + " from "
              + message.gasPremium()
              + " to trigger replace by fee: replace by fee has too low GasPremium");
    }
    own.put(message.nonce(), signed);
  }

  private String alreadyInPool(Message message) {
    return "message from "
        + text(message.from())
        + " with nonce "
        + message.nonce()
        + " already in mpool";
  }

  private static TokenAmount replacementPremium(SignedMessage old) {
    return new TokenAmount(
        old.message()
            .gasPremium()
            .atto()
            .multiply(REPLACE_NUMERATOR)
            .divide(REPLACE_DENOMINATOR)
            .add(BigInteger.ONE));
  }

  /** The next nonce of {@code sender}: that of the state, moved past pending ones without gap. */
  long nextNonce(Address sender, ChainState state) {
    long nonce = state.actor(sender).map(LedgerActor::nonce).orElse(0L);
    NavigableMap<Long, SignedMessage> own = bySender.get(sender);
    while (own != null && own.containsKey(nonce)) {
      nonce++;
    }
    return nonce;
  }

  /** All pending messages, by sender and nonce. */
  List<SignedMessage> pending() {
    List<SignedMessage> all = new ArrayList<>();
    bySender.values().forEach(own -> all.addAll(own.values()));
    return all;
  }

  /** The pending messages of one sender by nonce. */
  List<SignedMessage> pendingOf(Address sender) {
    return Optional.ofNullable(bySender.get(sender))
        .map(own -> List.copyOf(own.values()))
        .orElse(List.of());
  }

  /**
   * Messages for a block of {@code baseFee}, BLS ones first, each sender's in order without gaps.
   * What pays its block's miner most a gas unit comes first, as far as the block has room; a fee
   * cap below the base fee waits, and what its sender sent after it too.
   */
  List<SignedMessage> select(ChainState state, TokenAmount baseFee) {
    PriorityQueue<SignedMessage> next =
        new PriorityQueue<>(
            Comparator.comparing((SignedMessage signed) -> premium(signed, baseFee).atto())
                .reversed()
                .thenComparing(signed -> signed.message().from().bytes()));
    bySender.forEach((sender, own) -> offer(next, own.get(nonce(state, sender)), baseFee));
    List<SignedMessage> bls = new ArrayList<>();
    List<SignedMessage> others = new ArrayList<>();
    long gas = 0;
    while (!next.isEmpty() && bls.size() + others.size() < BLOCK_MESSAGES_MAX) {
      SignedMessage best = next.remove();
      Message message = best.message();
      if (gas + message.gasLimit() > GasSchedule.BLOCK_GAS_LIMIT) {
        continue; // what is smaller may still fit; this sender's later ones must wait
      }
      gas += message.gasLimit();
      (Messages.isBls(best) ? bls : others).add(best);
      NavigableMap<Long, SignedMessage> own = bySender.get(message.from());
      offer(next, own == null ? null : own.get(message.nonce() + 1), baseFee);
    }
    bls.addAll(others);
    return bls;
  }

  private static void offer(
      PriorityQueue<SignedMessage> next, @Nullable SignedMessage signed, TokenAmount baseFee) {
    if (signed != null && signed.message().gasFeeCap().compareTo(baseFee) >= 0) {
      next.add(signed);
    }
  }

  /** What the miner of a block gets for a gas unit of {@code signed}. */
  private static TokenAmount premium(SignedMessage signed, TokenAmount baseFee) {
    TokenAmount room = signed.message().gasFeeCap().minus(baseFee);
    TokenAmount premium = signed.message().gasPremium();
    return premium.compareTo(room) < 0 ? premium : room;
  }

  private static long nonce(ChainState state, Address sender) {
    return state.actor(sender).map(LedgerActor::nonce).orElse(0L);
  }

  /** Takes out what a new head included or made useless. */
  void applied(ChainState state) {
    for (Map.Entry<Address, NavigableMap<Long, SignedMessage>> entry : bySender.entrySet()) {
      long nonce = state.actor(entry.getKey()).map(LedgerActor::nonce).orElse(0L);
      NavigableMap<Long, SignedMessage> done = entry.getValue().headMap(nonce, false);
      size -= done.size();
      done.clear();
    }
    bySender.values().removeIf(Map::isEmpty);
  }

  /** Puts back a message that a re-org took off the chain, unless its nonce is taken again. */
  void reverted(SignedMessage signed) {
    NavigableMap<Long, SignedMessage> own =
        bySender.computeIfAbsent(signed.message().from(), sender -> new TreeMap<>());
    if (own.putIfAbsent(signed.message().nonce(), signed) == null) {
      size++;
    }
  }

  private String text(Address address) {
    return address.toText(networkPrefix);
  }
}
