package io.granary.devnet.chain;

import io.granary.devnet.actor.Environment;
import io.granary.devnet.actor.MessageExecutor.GasTerms;
import io.granary.devnet.crypto.WalletKey;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ProofVerifier;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * The chain: its tipsets, its head, its pool. Reading is safe from any thread and never waits; what
 * changes head or pool holds the one lock, also while proofs of the next block are verified.
 */
public final class Chain implements Closeable {
  /** The most null rounds of one step: a block carries one beacon entry a round. */
  public static final int NULL_ROUNDS_MAX = 5000;

  private final ChainConfig config;
  private final Beacon beacon;
  private final ProofLedger proofs;
  private final TipSetExecutor executor;
  private final BlockProducer producer;
  private final MessagePool pool;
  private final MessageIndex index = new MessageIndex();
  private final Map<Cid, ExecutedTipSet> byBlock = new ConcurrentHashMap<>();
  private final List<Consumer<HeadChange>> listeners = new CopyOnWriteArrayList<>();
  private final ExecutedTipSet genesis;
  private final ChainLog log;
  private volatile ExecutedTipSet head;

  /**
   * Opens the chain of {@code config.logFile()}, or begins it with {@code spec}.
   *
   * @param spec what a new chain begins with; of an old one all but the time stamp must agree
   * @param producerKey the key of {@code spec.producer()}
   * @throws DevnetException when the log is unusable or was made with other constants
   */
  public Chain(
      ChainConfig config, GenesisSpec spec, WalletKey producerKey, ProofVerifier verifier) {
    this.config = config;
    this.beacon = new Beacon(Bytes.of(spec.seed().getBytes(StandardCharsets.UTF_8)));
    ChainReplay replay = new ChainReplay(config, spec);
    this.log = ChainLog.open(config.logFile(), replay);
    this.proofs = new ProofLedger(verifier, config.verifierTimeout(), log::verdict);
    this.executor =
        new TipSetExecutor(
            config.policy(),
            beacon,
            proofs,
            config.verifyAllPosts(),
            new GasTerms(Genesis.FIRST_MINER, config.baseFee()));
    this.producer =
        new BlockProducer(
            Genesis.FIRST_MINER, producerKey, beacon, config.policy(), config.baseFee());
    this.pool = new MessagePool(config.networkPrefix(), config.baseFee());
    this.genesis = Genesis.build(replay.spec(), config.policy(), config.baseFee());
    byBlock.put(genesis.blockCid(), genesis);
    this.head = genesis;
    try {
      if (replay.isNew()) {
        log.genesis(replay.fingerprint());
      }
      restore(replay);
    } catch (RuntimeException e) {
      closeQuietly(e);
      throw e;
    }
  }

  private void restore(ChainReplay replay) {
    replay.verdicts().forEach(proofs::remember);
    for (ChainReplay.Block block : replay.blocks()) {
      ExecutedTipSet base = byBlock.get(block.header().parents().get(0));
      if (base == null || !base.after().root().equals(block.header().parentStateRoot())) {
        throw new DevnetException(
            "chain log "
                + config.logFile()
                + ": block "
                + block.header().cid()
                + " does not follow from what is before it");
      }
      TipSet tipSet =
          new TipSet(
              new TipSetKey(List.of(block.header().cid())),
              List.of(block.header()),
              block.header().height());
      TipSetExecutor.Outcome outcome =
          executor.execute(base, block.header().height().value(), block.messages());
      if (outcome.included().size() != block.messages().size()) {
        throw new DevnetException(
            "chain log "
                + config.logFile()
                + ": not every message of block "
                + block.header().cid()
                + " can be applied again");
      }
      head =
          remember(
              new ExecutedTipSet(
                  tipSet,
                  base,
                  base.after(),
                  outcome.after(),
                  outcome.included(),
                  outcome.receipts()));
    }
    for (SignedMessage signed : replay.messages()) {
      index.add(signed);
      pool.reverted(signed);
    }
    pool.applied(head.after());
  }

  private void closeQuietly(RuntimeException cause) {
    try {
      log.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  public ExecutedTipSet head() {
    return head;
  }

  public ExecutedTipSet genesis() {
    return genesis;
  }

  public Beacon beacon() {
    return beacon;
  }

  public ProofLedger proofs() {
    return proofs;
  }

  public ChainConfig config() {
    return config;
  }

  /** The tipset of {@code key}; the head for the empty key. */
  public Optional<ExecutedTipSet> find(TipSetKey key) {
    if (key.isHead()) {
      return Optional.of(head);
    }
    return key.cids().size() == 1 ? findBlock(key.cids().get(0)) : Optional.empty();
  }

  public Optional<ExecutedTipSet> findBlock(Cid block) {
    return Optional.ofNullable(byBlock.get(block));
  }

  /** A message of chain or pool by its CID or by that of its unsigned form. */
  public Optional<SignedMessage> findMessage(Cid cid) {
    return index.find(cid);
  }

  /** Where the receipt of a message stands, see {@code MessageIndex}. */
  public Optional<MessageLookup> lookup(
      ExecutedTipSet from, SignedMessage signed, long limit, boolean allowReplaced) {
    return index.lookup(from, signed, limit, allowReplaced);
  }

  /** What messages at {@code epoch} on top of {@code base} can see. */
  public Environment environment(ExecutedTipSet base, long epoch) {
    return executor.environment(base, epoch);
  }

  /** Makes the next block, after {@code nullRounds} epochs without one. */
  public synchronized ExecutedTipSet step(int nullRounds) {
    requireNullRounds(nullRounds);
    ExecutedTipSet made = extend(head, nullRounds, pool.select(head.after()));
    adopt(List.of(), List.of(made));
    return made;
  }

  /**
   * Reverts the newest {@code depth} tipsets and makes as many others in their place: the first
   * epoch of the new branch is a null round, so all tickets change and it ends one epoch higher.
   *
   * @param dropMessages whether the reverted messages vanish; otherwise they go back to the pool
   *     and into the new branch
   */
  public synchronized ExecutedTipSet reorg(int depth, boolean dropMessages) {
    if (depth < 1 || depth > head.height() || depth > config.policy().chainFinality()) {
      throw new DevnetException(
          "re-org: depth must be 1 to the smaller of height and finality, got " + depth);
    }
    List<ExecutedTipSet> reverted = new ArrayList<>();
    ExecutedTipSet base = head;
    for (int i = 0; i < depth; i++) {
      reverted.add(base);
      base = base.below().orElseThrow(() -> new DevnetException("re-org: below genesis"));
    }
    for (ExecutedTipSet gone : reverted) {
      for (SignedMessage signed : gone.messages()) {
        if (dropMessages) {
          log.dropped(signed.cid());
        } else {
          pool.reverted(signed);
        }
      }
    }
    List<ExecutedTipSet> applied = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      ExecutedTipSet made = extend(base, i == 0 ? 1 : 0, pool.select(base.after()));
      pool.applied(made.after());
      applied.add(made);
      base = made;
    }
    adopt(reverted, applied);
    return base;
  }

  private ExecutedTipSet extend(ExecutedTipSet base, int nullRounds, List<SignedMessage> offered) {
    long epoch = base.height() + nullRounds + 1;
    TipSetExecutor.Outcome outcome = executor.execute(base, epoch, offered);
    TipSet tipSet = producer.produce(base, epoch, outcome.included());
    log.block(tipSet.blocks().get(0), outcome.included());
    return remember(
        new ExecutedTipSet(
            tipSet, base, base.after(), outcome.after(), outcome.included(), outcome.receipts()));
  }

  private ExecutedTipSet remember(ExecutedTipSet tipSet) {
    byBlock.put(tipSet.blockCid(), tipSet);
    index.included(tipSet);
    return tipSet;
  }

  private void adopt(List<ExecutedTipSet> reverted, List<ExecutedTipSet> applied) {
    head = applied.get(applied.size() - 1);
    pool.applied(head.after());
    HeadChange change =
        new HeadChange(
            reverted.stream().map(ExecutedTipSet::tipSet).toList(),
            applied.stream().map(ExecutedTipSet::tipSet).toList(),
            head.tipSet());
    listeners.forEach(listener -> listener.accept(change));
  }

  private static void requireNullRounds(int nullRounds) {
    if (nullRounds < 0 || nullRounds > NULL_ROUNDS_MAX) {
      throw new DevnetException(
          "step: null rounds must be 0 to " + NULL_ROUNDS_MAX + ", got " + nullRounds);
    }
  }

  /**
   * Adds a listener and gives the head that its first change follows. Listeners are called under
   * the chain's lock, in order, and must not wait.
   */
  public synchronized ExecutedTipSet subscribe(Consumer<HeadChange> listener) {
    listeners.add(listener);
    return head;
  }

  public void unsubscribe(Consumer<HeadChange> listener) {
    listeners.remove(listener);
  }

  /**
   * Takes a message into the pool.
   *
   * @throws PoolException when the pool refuses it
   */
  public synchronized Cid push(SignedMessage signed) {
    pool.add(signed, head.after());
    log.message(signed);
    index.add(signed);
    return signed.cid();
  }

  /**
   * Pushes the message that {@code sign} makes of the sender's next nonce.
   *
   * @throws PoolException when the pool refuses it
   */
  public synchronized SignedMessage pushNext(Address sender, LongFunction<SignedMessage> sign) {
    SignedMessage signed = sign.apply(pool.nextNonce(sender, head.after()));
    push(signed);
    return signed;
  }

  /** The next nonce of {@code sender}, pending messages counted. */
  public synchronized long nextNonce(Address sender) {
    return pool.nextNonce(sender, head.after());
  }

  public synchronized List<SignedMessage> pending() {
    return pool.pending();
  }

  public synchronized List<SignedMessage> pendingOf(Address sender) {
    return pool.pendingOf(sender);
  }

  @Override
  public synchronized void close() throws IOException {
    log.close();
  }
}
