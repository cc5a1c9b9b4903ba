package io.granary.sharding.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A chain in memory, one block a tipset, mined by hand, with the pool of one node. A message of the
 * block at height h is executed, and its receipt found, at h + 1, as on a real chain. Methods that
 * nobody here asks for are refused. Thread-safe: every call holds the chain's lock.
 */
public class MemoryChain {
  /** A block and the messages in it. */
  private record Block(TipSet tipSet, List<SignedMessage> messages) {}

  private final List<Block> blocks = new ArrayList<>();
  private final Map<Cid, SignedMessage> pool = new LinkedHashMap<>();
  private final Map<Cid, SignedMessage> known = new LinkedHashMap<>();
  private final List<SignedMessage> signed = new ArrayList<>();
  private Function<Message, Long> exitCodes = message -> 0L;
  private Supplier<Optional<ChainException>> pricing = Optional::empty;
  private Predicate<Message> unpriced = message -> false;
  private Interruptor interruptor = new Interruptor();
  private boolean includes = true;
  private long baseFee = 100;
  private long premium = 1_000;
  private TokenAmount balance = TokenAmount.ofFil(1_000);
  private int pushes;
  private long salt;

  public MemoryChain(long height) {
    appendBlock(height, List.of());
  }

  /** Where a caller may be stopped: before and after each effect. */
  public static class Interruptor {
    /** Whether the caller is alive; a dead one's calls have no effect and no answer. */
    public boolean passes() {
      return true;
    }
  }

  public synchronized void interruptBy(Interruptor newInterruptor) {
    interruptor = newInterruptor;
  }

  /** What a message's execution ends with. */
  public synchronized void exitWith(Function<Message, Long> codes) {
    exitCodes = codes;
  }

  /** What the node says to a gas estimate instead of a price, when it says anything. */
  public synchronized void priceWith(Supplier<Optional<ChainException>> answer) {
    pricing = answer;
  }

  /** The messages the node will not price, for reasons of its own. */
  public synchronized void blockPricing(Predicate<Message> messages) {
    unpriced = messages;
  }

  /** What the blocks from now on burn for a unit of gas, in attoFIL. */
  public synchronized void baseFee(long atto) {
    baseFee = atto;
  }

  /** What the node says the market's premium is, in attoFIL a unit of gas. */
  public synchronized void premium(long atto) {
    premium = atto;
  }

  /** What the address holds from now on. */
  public synchronized void balance(TokenAmount newBalance) {
    balance = newBalance;
  }

  /** Whether new blocks take messages from the pool. */
  public synchronized void include(boolean on) {
    includes = on;
  }

  // The hand

  /** Mines one block on the head with all that the pool may give, or a null round before it. */
  public synchronized void mine(long epochs) {
    List<SignedMessage> taken = new ArrayList<>();
    if (includes) {
      long nonce = chainNonce(blocks.size());
      boolean more = true;
      while (more) {
        more = false;
        for (SignedMessage message : List.copyOf(pool.values())) {
          if (message.message().nonce() == nonce && isTaken(message.message())) {
            taken.add(message);
            pool.remove(message.cid());
            nonce++;
            more = true;
          } else if (message.message().nonce() < nonce) {
            pool.remove(message.cid());
          }
        }
      }
    }
    appendBlock(height() + epochs, taken);
  }

  /** A block takes what covers its base fee. */
  private boolean isTaken(Message message) {
    return message.gasFeeCap().compareTo(TokenAmount.ofAtto(baseFee)) >= 0;
  }

  /** Takes the newest blocks back; their messages return to the pool or are lost. */
  public synchronized void revert(int depth, boolean keepMessages) {
    for (int i = 0; i < depth; i++) {
      Block last = blocks.remove(blocks.size() - 1);
      for (SignedMessage message : last.messages()) {
        if (keepMessages) {
          pool.put(message.cid(), message);
        } else {
          known.remove(message.cid());
        }
      }
    }
    salt++;
  }

  /** The node forgets every message that is not on chain. */
  public synchronized void losePool() {
    pool.keySet().forEach(known::remove);
    pool.clear();
  }

  /** A message that somebody else sends from the same address. */
  public synchronized void foreign(SignedMessage message) {
    pool.put(message.cid(), message);
    known.put(message.cid(), message);
  }

  private void appendBlock(long height, List<SignedMessage> messages) {
    List<Cid> parents =
        blocks.isEmpty() ? List.of() : blocks.get(blocks.size() - 1).tipSet().key().cids();
    Cid cid =
        Cid.dagCborBlake2b(Bytes.of(ByteBuffer.allocate(16).putLong(height).putLong(salt).array()));
    BlockHeader header =
        new BlockHeader(
            Address.ofId(1000),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            parents,
            BigInteger.ONE,
            new Epoch(height),
            cid,
            cid,
            cid,
            Optional.empty(),
            0,
            Optional.empty(),
            0,
            TokenAmount.ofAtto(baseFee));
    blocks.add(
        new Block(
            new TipSet(new TipSetKey(List.of(cid)), List.of(header), new Epoch(height)),
            List.copyOf(messages)));
  }

  // The eye

  public synchronized long height() {
    return headTipSet().height().value();
  }

  public synchronized TipSet headTipSet() {
    return blocks.get(blocks.size() - 1).tipSet();
  }

  public synchronized Tick tick() {
    TipSet head = headTipSet();
    return new Tick(
        head.height(),
        head.key(),
        Instant.parse("2026-01-01T00:00:00Z").plusSeconds(head.height().value()));
  }

  /** Every message on chain, in order. */
  public synchronized List<SignedMessage> messages() {
    return blocks.stream().flatMap(block -> block.messages().stream()).toList();
  }

  public synchronized List<SignedMessage> pooled() {
    return List.copyOf(pool.values());
  }

  /** Everything the wallet ever signed, in order. */
  public synchronized List<SignedMessage> signed() {
    return List.copyOf(signed);
  }

  /** How often a push arrived. */
  public synchronized int pushes() {
    return pushes;
  }

  private long chainNonce(int ofFirst) {
    return blocks.subList(0, ofFirst).stream().mapToLong(block -> block.messages().size()).sum();
  }

  // The node's methods

  /** The chain behind its port: methods this class has answer, others are refused. */
  public ChainGateway gateway() {
    return (ChainGateway)
        Proxy.newProxyInstance(
            ChainGateway.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              return switch (method.getName()) {
                case "toString" -> "chain in memory";
                case "hashCode" -> System.identityHashCode(this);
                case "equals" -> proxy == given[0];
                default -> answer(method, given);
              };
            });
  }

  private synchronized CompletionStage<?> answer(Method method, Object[] arguments)
      throws Throwable {
    Method own;
    try {
      own = getClass().getMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      throw new UnsupportedOperationException("this chain has no " + method.getName(), e);
    }
    if (!interruptor.passes()) {
      return new CompletableFuture<Object>();
    }
    try {
      CompletionStage<?> answer = (CompletionStage<?>) own.invoke(this, arguments);
      return interruptor.passes() ? answer : new CompletableFuture<Object>();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  public CompletionStage<TipSet> head() {
    return CompletableFuture.completedStage(headTipSet());
  }

  public CompletionStage<TipSet> tipSet(TipSetKey key) {
    return blocks.stream()
        .map(Block::tipSet)
        .filter(tipSet -> tipSet.key().equals(key))
        .findFirst()
        .map(CompletableFuture::completedStage)
        .orElseGet(() -> refused("no such tipset"));
  }

  public CompletionStage<Message> estimateGas(Message message, SendSpec spec, TipSetKey key) {
    Optional<ChainException> problem = pricing.get();
    if (problem.isPresent()) {
      return CompletableFuture.failedStage(new CompletionException(problem.get()));
    }
    if (unpriced.test(message)) {
      return refused("mpool is busy");
    }
    if (message.gasLimit() == 0 && exitCodes.apply(message) != 0) {
      return refused("message execution failed");
    }
    return CompletableFuture.completedStage(
        new Message(
            message.to(),
            message.from(),
            message.nonce(),
            message.value(),
            message.gasLimit() == 0 ? 1_000_000 : message.gasLimit(),
            TokenAmount.ofAtto(10 * baseFee + premium),
            TokenAmount.ofAtto(premium),
            message.method(),
            message.params()));
  }

  public CompletionStage<CallResult> call(Message message, TipSetKey key) {
    return CompletableFuture.completedStage(
        new CallResult(message.cid(), message, receipt(message), "simulated", 1));
  }

  private Receipt receipt(Message message) {
    return new Receipt(exitCodes.apply(message), Bytes.empty(), 800_000, Optional.empty());
  }

  public CompletionStage<Long> nonce(Address address) {
    long next = chainNonce(blocks.size());
    boolean more = true;
    while (more) {
      more = false;
      for (SignedMessage message : pool.values()) {
        if (message.message().nonce() == next) {
          next++;
          more = true;
        }
      }
    }
    return CompletableFuture.completedStage(next);
  }

  public CompletionStage<List<SignedMessage>> pending(TipSetKey key) {
    return CompletableFuture.completedStage(List.copyOf(pool.values()));
  }

  public CompletionStage<Boolean> walletHas(Address address) {
    return CompletableFuture.completedStage(true);
  }

  public CompletionStage<SignedMessage> walletSignMessage(Address address, Message message) {
    SignedMessage made =
        new SignedMessage(message, new Signature(Signature.Kind.BLS, Bytes.of(new byte[96])));
    signed.add(made);
    return CompletableFuture.completedStage(made);
  }

  /**
   * Refuses a nonce that is used, and a second message of one nonce unless it pays a quarter more.
   */
  public CompletionStage<Cid> push(SignedMessage message) {
    pushes++;
    if (message.message().nonce() < chainNonce(blocks.size())) {
      return refused("message nonce too low");
    }
    for (SignedMessage other : List.copyOf(pool.values())) {
      if (other.message().nonce() == message.message().nonce()) {
        BigInteger least =
            other
                .message()
                .gasPremium()
                .atto()
                .multiply(BigInteger.valueOf(5))
                .divide(BigInteger.valueOf(4));
        if (message.message().gasPremium().atto().compareTo(least) <= 0) {
          return refused("message with nonce already exists");
        }
        pool.remove(other.cid());
      }
    }
    pool.put(message.cid(), message);
    known.put(message.cid(), message);
    return CompletableFuture.completedStage(message.cid());
  }

  public CompletionStage<ActorState> actor(Address address, TipSetKey key) {
    int at = indexOf(key);
    Cid any = blocks.get(0).tipSet().key().cids().get(0);
    return CompletableFuture.completedStage(
        new ActorState(any, any, chainNonce(at), balance, Optional.empty()));
  }

  private int indexOf(TipSetKey key) {
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).tipSet().key().equals(key)) {
        return i;
      }
    }
    return blocks.size() - 1;
  }

  public CompletionStage<Optional<MessageLookup>> searchMessage(
      TipSetKey from, Cid message, long lookback, boolean allowReplaced) {
    SignedMessage asked = known.get(message);
    if (asked == null) {
      return refused("failed to load message");
    }
    int end = indexOf(from);
    for (int i = 0; i < end; i++) {
      for (SignedMessage each : blocks.get(i).messages()) {
        if (each.message().nonce() != asked.message().nonce()) {
          continue;
        }
        if (!each.message().params().equals(asked.message().params())) {
          return refused("found message with equal nonce but another call");
        }
        TipSet child = blocks.get(i + 1).tipSet();
        return CompletableFuture.completedStage(
            Optional.of(
                new MessageLookup(
                    each.cid(), receipt(each.message()), child.key(), child.height())));
      }
    }
    return CompletableFuture.completedStage(Optional.empty());
  }

  private static <T> CompletionStage<T> refused(String text) {
    return CompletableFuture.failedStage(new ChainException(1, text));
  }
}
