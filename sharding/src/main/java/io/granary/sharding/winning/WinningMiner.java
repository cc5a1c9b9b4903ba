package io.granary.sharding.winning;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.winning.MinedBlock;
import io.granary.protocol.winning.RoundTiming;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.winning.WinningMinerCommand.Due;
import io.granary.sharding.winning.WinningMinerCommand.HeadSeen;
import io.granary.sharding.winning.WinningMinerCommand.MadeRead;
import io.granary.sharding.winning.WinningMinerCommand.MadeUnread;
import io.granary.sharding.winning.WinningMinerCommand.PlaceHeard;
import io.granary.sharding.winning.WinningMinerCommand.PlaceUnheard;
import io.granary.sharding.winning.WinningMinerCommand.ReadMade;
import io.granary.sharding.winning.WinningMinerCommand.RoundOver;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the blocks of one miner: begins a round when it is due, one at a time, and later looks for
 * its block in the chain. It persists nothing; what was claimed is read from the store first. After
 * its death the next one begins with the next round. Mutable state belongs to this actor.
 */
final class WinningMiner extends AbstractBehavior<WinningMinerCommand> {
  private final ActorId miner;
  private final WinningPorts ports;
  private final RoundTiming timing;
  private final WinningSettings settings;
  private final TimerScheduler<WinningMinerCommand> timers;

  /** Claimed blocks, newest first; empty optional until the store has told them. */
  private Optional<List<MinedBlock>> made = Optional.empty();

  private final List<MinedBlock> awaited = new ArrayList<>();
  private @Nullable TipSet head;
  private Epoch lastTried = Epoch.UNSET;
  private boolean running;

  private WinningMiner(
      ActorContext<WinningMinerCommand> context,
      TimerScheduler<WinningMinerCommand> timers,
      ActorId miner,
      WinningPorts ports,
      RoundTiming timing,
      WinningSettings settings) {
    super(context);
    this.timers = timers;
    this.miner = miner;
    this.ports = ports;
    this.timing = timing;
    this.settings = settings;
    context.getSelf().tell(new ReadMade());
  }

  static Behavior<WinningMinerCommand> create(
      ActorId miner, WinningPorts ports, RoundTiming timing, WinningSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new WinningMiner(context, timers, miner, ports, timing, settings)));
  }

  @Override
  public Receive<WinningMinerCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(HeadSeen.class, this::onHead)
        .onMessage(Due.class, due -> beginIfDue())
        .onMessage(ReadMade.class, read -> onReadMade())
        .onMessage(MadeRead.class, this::onMade)
        .onMessage(MadeUnread.class, this::onNotMade)
        .onMessage(RoundOver.class, this::onOver)
        .onMessage(PlaceHeard.class, this::onPlace)
        .onMessage(PlaceUnheard.class, this::onNoPlace)
        .build();
  }

  private Behavior<WinningMinerCommand> onReadMade() {
    new Answers<>(getContext())
        .bring(
            ports.fence().recent(miner, settings.rememberedBlocks()),
            MadeRead::new,
            MadeUnread::new);
    return this;
  }

  private Behavior<WinningMinerCommand> onMade(MadeRead read) {
    made = Optional.of(read.made());
    read.made().stream().filter(WinningMiner::isUndecided).forEach(awaited::add);
    return beginIfDue();
  }

  private Behavior<WinningMinerCommand> onNotMade(MadeUnread unread) {
    WinningOperatorLog.unread("what miner " + miner + " has made", unread.cause());
    timers.startSingleTimer(new ReadMade(), settings.rosterRefresh());
    return this;
  }

  private Behavior<WinningMinerCommand> onHead(HeadSeen seen) {
    head = seen.head();
    lookForBlocks(seen.head());
    return beginIfDue();
  }

  /** Begins the round that is due, or has itself woken when the next one is. */
  private Behavior<WinningMinerCommand> beginIfDue() {
    TipSet base = head;
    if (base == null || made.isEmpty() || running) {
      return this;
    }
    Instant now = ports.clock().instant();
    long nullRounds = timing.nullRounds(base, now);
    boolean tried = RoundTiming.epoch(base, nullRounds).compareTo(lastTried) <= 0;
    Instant begin = timing.begin(base, tried ? nullRounds + 1 : nullRounds);
    if (tried || now.isBefore(begin)) {
      timers.startSingleTimer(new Due(), atLeastOneMilli(Duration.between(now, begin)));
      return this;
    }
    running = true;
    CompletionStage<RoundResult> round =
        new BlockRound(miner, ports, timing, this::waitUntil, made.get(), base, nullRounds).run();
    getContext()
        .pipeToSelf(
            round,
            (result, error) ->
                new RoundOver(
                    base,
                    nullRounds,
                    result != null
                        ? result
                        : new RoundResult.Failed("the round", String.valueOf(error))));
    return this;
  }

  private CompletionStage<Instant> waitUntil(Instant time) {
    Duration left = Duration.between(ports.clock().instant(), time);
    if (left.isNegative() || left.isZero()) {
      return CompletableFuture.completedStage(ports.clock().instant());
    }
    return CompletableFuture.supplyAsync(
        ports.clock()::instant,
        CompletableFuture.delayedExecutor(left.toMillis() + 1, TimeUnit.MILLISECONDS));
  }

  private Behavior<WinningMinerCommand> onOver(RoundOver over) {
    running = false;
    Epoch epoch = RoundTiming.epoch(over.base(), over.nullRounds());
    RoundResult result = over.result();
    if (!(result instanceof RoundResult.Moved)) {
      lastTried = epoch;
    }
    if (result instanceof RoundResult.Claimed claimed) {
      remember(claimed.block());
      WinningOperatorLog.ended(claimed.block());
    } else if (result instanceof RoundResult.Refused refused) {
      WinningOperatorLog.refused(miner, epoch, refused.reason());
    } else if (result instanceof RoundResult.Failed failed) {
      WinningOperatorLog.failed(miner, epoch, failed.step(), failed.reason());
    } else {
      getContext().getLog().debug("miner {} epoch {}: {}", miner, epoch, result);
    }
    return beginIfDue();
  }

  private void remember(MinedBlock block) {
    List<MinedBlock> all = new ArrayList<>(List.of(block));
    made.ifPresent(all::addAll);
    made = Optional.of(all.subList(0, Math.min(all.size(), settings.rememberedBlocks())));
    if (isUndecided(block)) {
      awaited.add(block);
    }
  }

  /** Whether the chain can still tell what became of it, also where the node's answer was lost. */
  private static boolean isUndecided(MinedBlock block) {
    return block.block().isPresent()
        && block.outcome() != MinedBlock.Outcome.INCLUDED
        && block.outcome() != MinedBlock.Outcome.LEFT_OUT;
  }

  private void lookForBlocks(TipSet at) {
    for (MinedBlock block : List.copyOf(awaited)) {
      if (at.height().since(block.epoch()) >= settings.inclusionEpochs()) {
        awaited.remove(block);
        new Answers<>(getContext())
            .<TipSet>bring(
                ports.chain().tipSetByHeight(block.epoch(), at.key()),
                there -> new PlaceHeard(block, there),
                error -> new PlaceUnheard(block, error));
      }
    }
  }

  private Behavior<WinningMinerCommand> onPlace(PlaceHeard heard) {
    MinedBlock block = heard.block();
    boolean there =
        block.block().map(cid -> heard.there().key().cids().contains(cid)).orElse(false);
    MinedBlock ended =
        block.ended(
            there ? MinedBlock.Outcome.INCLUDED : MinedBlock.Outcome.LEFT_OUT, block.detail());
    if (there) {
      WinningOperatorLog.included(ended);
    } else {
      WinningOperatorLog.leftOut(ended);
    }
    CompletionStage<Boolean> noted = ports.fence().note(ended);
    noted.whenComplete(
        (done, error) -> {
          if (error != null) {
            WinningOperatorLog.notNoted(ended, Answers.cause(error));
          }
        });
    return this;
  }

  private Behavior<WinningMinerCommand> onNoPlace(PlaceUnheard unheard) {
    // Asked again with the next head.
    awaited.add(unheard.block());
    return this;
  }

  private static Duration atLeastOneMilli(Duration pause) {
    return pause.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : pause;
  }
}
