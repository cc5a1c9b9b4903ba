package io.granary.devnet.chain;

import io.granary.devnet.actor.Environment;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ProofVerifier;
import io.granary.protocol.signature.WalletKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
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
  private final Lottery lottery;
  private final BlockIntake intake;
  private final MessagePool pool;
  private final MessageIndex index = new MessageIndex();
  private final BlockIndex blocks = new BlockIndex();
  private final BlockInbox inbox = new BlockInbox();
  private final List<Consumer<HeadChange>> listeners = new CopyOnWriteArrayList<>();
  private final List<LongConsumer> roundListeners = new CopyOnWriteArrayList<>();
  private final ExecutedTipSet genesis;
  private final ChainLog log;
  private volatile ExecutedTipSet head;
  private volatile BlockProduction production;
  private volatile Optional<TokenAmount> forcedBaseFee = Optional.empty();
  private volatile long emptyRounds;
  private volatile boolean blocksHeld;

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
    this.production = config.production();
    this.beacon = new Beacon(Bytes.of(spec.seed().getBytes(StandardCharsets.UTF_8)));
    ChainReplay replay = new ChainReplay(config, spec);
    this.log = ChainLog.open(config.logFile(), replay);
    this.proofs = new ProofLedger(verifier, config.verifierTimeout(), log::verdict);
    this.executor = new TipSetExecutor(config, beacon, proofs);
    this.producer = new BlockProducer(Genesis.FIRST_MINER, producerKey, beacon, config.policy());
    this.lottery = new Lottery(config.policy(), beacon);
    this.intake =
        new BlockIntake(
            blocks,
            index,
            lottery,
            producer,
            new BlockValidator(lottery, producer, executor, proofs));
    this.pool = new MessagePool(config.networkPrefix(), config.baseFee());
    this.genesis = Genesis.build(replay.spec(), config.policy(), config.baseFee());
    remember(genesis, List.of(new BlockEntry(genesis.header(), List.of(), null)));
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
    for (ChainReplay.Step step : replay.steps()) {
      if (step instanceof ChainReplay.Block block) {
        BlockEntry entry = restoredEntry(block);
        blocks.add(entry);
        intake.restored(entry);
        if (block.alone()) {
          head = restoredTipSet(List.of(entry));
        }
      } else if (step instanceof ChainReplay.Tip tip) {
        head = restoredTipSet(tip.blocks().stream().map(this::restoredBlock).toList());
      }
    }
    for (SignedMessage signed : replay.messages()) {
      index.add(signed);
      pool.reverted(signed);
    }
    pool.applied(head.after());
  }

  private BlockEntry restoredBlock(Cid cid) {
    return blocks.block(cid).orElseThrow(() -> damaged("there is no block " + cid));
  }

  private BlockEntry restoredEntry(ChainReplay.Block block) {
    ExecutedTipSet base = blocks.tipSet(new TipSetKey(block.header().parents())).orElse(null);
    if (base == null || !base.after().root().equals(block.header().parentStateRoot())) {
      throw damaged("block " + block.header().cid() + " does not follow from what is before it");
    }
    return new BlockEntry(block.header(), block.messages(), base);
  }

  private ExecutedTipSet restoredTipSet(List<BlockEntry> entries) {
    Formed formed = form(entries);
    if (entries.size() == 1
        && formed.tipSet().messages().size() != entries.get(0).messages().size()) {
      throw damaged("not every message of " + entries.get(0) + " can be applied again");
    }
    return remember(formed.tipSet(), entries);
  }

  private DevnetException damaged(String problem) {
    return new DevnetException("chain log " + config.logFile() + ": " + problem);
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

  public Lottery lottery() {
    return lottery;
  }

  /** The tipset of {@code key}; the head for the empty key. */
  public Optional<ExecutedTipSet> find(TipSetKey key) {
    return key.isHead() ? Optional.of(head) : blocks.tipSet(key);
  }

  public Optional<BlockEntry> findBlock(Cid block) {
    return blocks.block(block);
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

  /** The epoch whose blocks may be submitted now: its beacon entry is out, its tipset is not. */
  public long round() {
    return head.height() + 1 + emptyRounds;
  }

  /** Who makes blocks from the next one on; a restart goes back to what the settings say. */
  public void produceBy(BlockProduction who) {
    production = who;
  }

  public BlockProduction production() {
    return production;
  }

  /** Whether the timer makes no blocks for now; steps still do. */
  public void holdBlocks(boolean held) {
    blocksHeld = held;
  }

  public boolean blocksHeld() {
    return blocksHeld;
  }

  /** The base fee of blocks on top of {@code base}, attoFIL per gas unit. */
  public TokenAmount baseFeeOn(ExecutedTipSet base) {
    return forcedBaseFee.orElseGet(
        () -> config.movingBaseFee() ? BaseFees.after(base) : config.baseFee());
  }

  /** Makes all further blocks carry {@code fee}; empty lets the rule decide again. */
  public void forceBaseFee(Optional<TokenAmount> fee) {
    forcedBaseFee = fee;
  }

  /**
   * Makes the next tipset, after {@code nullRounds} epochs without one. Where only other miners
   * make blocks and none was submitted, the epoch is a null round and the head stays.
   */
  public synchronized ExecutedTipSet step(int nullRounds) {
    requireNullRounds(nullRounds);
    long epoch = round() + nullRounds;
    TokenAmount fee = baseFeeOn(head);
    List<BlockEntry> submitted = inbox.ready(head, epoch, fee);
    boolean own =
        production == BlockProduction.GENESIS
            && submitted.stream().noneMatch(block -> block.miner().equals(producer.miner()));
    if (!own && submitted.isEmpty()) {
      emptyRounds = Math.min(NULL_ROUNDS_MAX, emptyRounds + nullRounds + 1);
      tellRound();
      return head;
    }
    ExecutedTipSet made = own ? extend(head, epoch, submitted) : logged(form(ordered(submitted)));
    adopt(List.of(), List.of(made));
    return made;
  }

  private static List<BlockEntry> ordered(List<BlockEntry> entries) {
    return BlockEntry.ordered(entries);
  }

  /** See {@link #reorg(int, int, boolean)}; the new branch begins with one null round. */
  public ExecutedTipSet reorg(int depth, boolean dropMessages) {
    return reorg(depth, 1, dropMessages);
  }

  /**
   * Reverts the newest {@code depth} tipsets and makes as many others in their place: the first
   * {@code nullRounds} epochs of the new branch are null rounds, so that tickets change and it ends
   * that much higher. All its blocks are the genesis miner's.
   *
   * @param dropMessages whether the reverted messages vanish; otherwise they go back to the pool
   *     and into the new branch
   */
  public synchronized ExecutedTipSet reorg(int depth, int nullRounds, boolean dropMessages) {
    requireNullRounds(nullRounds);
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
      ExecutedTipSet made = extend(base, base.height() + 1 + (i == 0 ? nullRounds : 0), List.of());
      pool.applied(made.after());
      applied.add(made);
      base = made;
    }
    adopt(reverted, applied);
    return base;
  }

  /** A tipset that is not remembered yet. */
  private record Formed(ExecutedTipSet tipSet, List<BlockEntry> entries, boolean alone) {}

  /** The tipset of an own block at {@code epoch} and of {@code submitted} ones. */
  private ExecutedTipSet extend(ExecutedTipSet base, long epoch, List<BlockEntry> submitted) {
    TokenAmount fee = baseFeeOn(base);
    BlockDraft draft = new BlockDraft(producer.miner(), 1, pool.select(base.after(), fee));
    TipSetExecutor.Outcome outcome = executor.execute(base, epoch, fee, List.of(draft));
    BlockEntry own = producer.produce(base, epoch, outcome.included(), fee);
    intake.restored(own);
    if (submitted.isEmpty()) {
      return logged(new Formed(executed(List.of(own), base, outcome), List.of(own), true));
    }
    log.submitted(own.header(), own.messages());
    List<BlockEntry> all = new ArrayList<>(submitted);
    all.add(own);
    return logged(form(ordered(all)));
  }

  /** Executes {@code entries}, which stand in the order of their tipset. */
  private Formed form(List<BlockEntry> entries) {
    BlockEntry first = entries.get(0);
    ExecutedTipSet base = first.base();
    if (base == null) {
      throw new IllegalStateException("a second genesis: " + first);
    }
    TipSetExecutor.Outcome outcome =
        executor.execute(
            base,
            first.height(),
            first.header().parentBaseFee(),
            entries.stream().map(BlockDraft::of).toList());
    return new Formed(executed(entries, base, outcome), entries, false);
  }

  private static ExecutedTipSet executed(
      List<BlockEntry> entries, ExecutedTipSet base, TipSetExecutor.Outcome outcome) {
    return new ExecutedTipSet(
        BlockEntry.tipSet(entries),
        base,
        base.after(),
        outcome.after(),
        outcome.included(),
        outcome.receipts());
  }

  /** Appends what becomes the head to the log. */
  private ExecutedTipSet logged(Formed formed) {
    if (formed.alone()) {
      BlockEntry own = formed.entries().get(0);
      log.block(own.header(), own.messages());
    } else {
      log.tipSet(formed.tipSet().key().cids());
    }
    return remember(formed.tipSet(), formed.entries());
  }

  private ExecutedTipSet remember(ExecutedTipSet tipSet, List<BlockEntry> entries) {
    entries.forEach(blocks::add);
    blocks.add(tipSet);
    index.included(tipSet);
    return tipSet;
  }

  /**
   * A block of {@code template}, signed.
   *
   * @param keys the wallet's key of an address; throws when it has none
   * @throws BlockRefusedException when the template fits no tipset or miner
   */
  public BlockMessage createBlock(BlockTemplate template, Function<Address, WalletKey> keys) {
    return intake.create(template, keys, this::baseFeeOn);
  }

  /**
   * Takes a block of another miner. One in time waits for the tipset of its round; a late one moves
   * the head when its tipset is the heavier one.
   *
   * @throws BlockRefusedException when it is not valid, or its miner submitted another one
   */
  public void submit(BlockMessage block) {
    Optional<BlockEntry> fresh = intake.receive(block, this::baseFeeOn, this::round);
    fresh.ifPresent(this::accept);
  }

  private synchronized void accept(BlockEntry block) {
    if (blocks.block(block.cid()).isPresent()) {
      return;
    }
    log.submitted(block.header(), block.messages());
    blocks.add(block);
    if (head.equals(block.base()) && block.height() >= round()) {
      inbox.add(block);
      return;
    }
    List<BlockEntry> together = ordered(intake.compatible(block));
    if (blocks.tipSet(BlockEntry.tipSet(together).key()).isPresent()) {
      return;
    }
    Formed formed = form(together);
    if (ChainWeight.of(formed.tipSet()).compareTo(ChainWeight.of(head)) > 0) {
      switchTo(logged(formed));
    }
  }

  private void switchTo(ExecutedTipSet heavier) {
    List<ExecutedTipSet> reverted = new ArrayList<>();
    List<ExecutedTipSet> applied = new ArrayList<>();
    ExecutedTipSet down = head;
    ExecutedTipSet up = heavier;
    while (!down.equals(up)) {
      if (down.height() >= up.height()) {
        reverted.add(down);
        down.messages().forEach(pool::reverted);
        down = down.below().orElseThrow();
      } else {
        applied.add(up);
        up = up.below().orElseThrow();
      }
    }
    Collections.reverse(applied);
    adopt(reverted, applied);
  }

  private void adopt(List<ExecutedTipSet> reverted, List<ExecutedTipSet> applied) {
    head = applied.get(applied.size() - 1);
    emptyRounds = 0;
    inbox.clear();
    pool.applied(head.after());
    HeadChange change =
        new HeadChange(
            reverted.stream().map(ExecutedTipSet::tipSet).toList(),
            applied.stream().map(ExecutedTipSet::tipSet).toList(),
            head.tipSet());
    listeners.forEach(listener -> listener.accept(change));
    tellRound();
  }

  private void tellRound() {
    roundListeners.forEach(listener -> listener.accept(round()));
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

  /** Adds a listener that hears of every new {@link #round}; it must not wait. */
  public synchronized long subscribeRounds(LongConsumer listener) {
    roundListeners.add(listener);
    return round();
  }

  public void unsubscribeRounds(LongConsumer listener) {
    roundListeners.remove(listener);
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

  /** What the pool would put into a block on top of {@code base}. */
  public synchronized List<SignedMessage> select(ExecutedTipSet base) {
    return pool.select(base.after(), baseFeeOn(base));
  }

  @Override
  public synchronized void close() throws IOException {
    log.close();
  }
}
