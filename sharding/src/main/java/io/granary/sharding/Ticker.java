package io.granary.sharding;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.granary.protocol.ActorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.MinerRoster;
import io.granary.sharding.entity.Answers;
import java.time.InstantSource;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ticks the miners of the roster at every new head; one on each node, so that no node's death stops
 * the ticks. Heads that come faster than they are told are told as one: only the newest matters.
 * Mutable state belongs to this actor.
 */
public final class Ticker extends AbstractBehavior<TickerCommand> {
  private final ChainGateway chain;
  private final MinerRoster roster;
  private final BiConsumer<ActorId, Tick> miners;
  private final InstantSource clock;
  private final TickerSettings settings;
  private final TimerScheduler<TickerCommand> timers;
  private final AutoCloseable subscription;
  private final SortedSet<ActorId> known = new TreeSet<>();
  private @Nullable TipSet head;
  private boolean flushing;

  private Ticker(
      ActorContext<TickerCommand> context,
      TimerScheduler<TickerCommand> timers,
      ChainGateway chain,
      MinerRoster roster,
      BiConsumer<ActorId, Tick> miners,
      InstantSource clock,
      TickerSettings settings) {
    super(context);
    this.timers = timers;
    this.chain = chain;
    this.roster = roster;
    this.miners = miners;
    this.clock = clock;
    this.settings = settings;
    var self = context.getSelf();
    this.subscription =
        this.chain.subscribe(change -> self.tell(new TickerCommand.HeadSeen(change.head())));
    timers.startTimerWithFixedDelay(new TickerCommand.ReadRoster(), settings.rosterRefresh());
    self.tell(new TickerCommand.ReadRoster());
  }

  /**
   * A ticker.
   *
   * @param miners how a tick reaches a miner; must not block
   */
  public static Behavior<TickerCommand> create(
      ChainGateway chain,
      MinerRoster roster,
      BiConsumer<ActorId, Tick> miners,
      InstantSource clock,
      TickerSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Ticker(context, timers, chain, roster, miners, clock, settings)));
  }

  @Override
  public Receive<TickerCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(TickerCommand.HeadSeen.class, this::onHead)
        .onMessage(TickerCommand.Flush.class, flush -> onFlush())
        .onMessage(TickerCommand.AddMiner.class, this::onAdd)
        .onMessage(TickerCommand.ReadRoster.class, read -> onReadRoster())
        .onMessage(TickerCommand.RosterRead.class, this::onRoster)
        .onMessage(TickerCommand.RosterUnread.class, this::onNoRoster)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<TickerCommand> onHead(TickerCommand.HeadSeen seen) {
    head = seen.head();
    if (!flushing) {
      flushing = true;
      getContext().getSelf().tell(new TickerCommand.Flush());
    }
    return this;
  }

  private Behavior<TickerCommand> onFlush() {
    flushing = false;
    known.forEach(this::tick);
    timers.startSingleTimer(new TickerCommand.Flush(), settings.tickAgain());
    return this;
  }

  private void tick(ActorId miner) {
    if (head != null) {
      miners.accept(miner, new Tick(head.height(), head.key(), clock.instant()));
    }
  }

  private Behavior<TickerCommand> onAdd(TickerCommand.AddMiner add) {
    if (known.add(add.miner())) {
      tick(add.miner());
    }
    return this;
  }

  private Behavior<TickerCommand> onReadRoster() {
    new Answers<>(getContext())
        .bring(roster.all(), TickerCommand.RosterRead::new, TickerCommand.RosterUnread::new);
    return this;
  }

  private Behavior<TickerCommand> onRoster(TickerCommand.RosterRead read) {
    read.miners().forEach(miner -> onAdd(new TickerCommand.AddMiner(miner)));
    return this;
  }

  private Behavior<TickerCommand> onNoRoster(TickerCommand.RosterUnread unread) {
    getContext()
        .getLog()
        .warn("could not read the roster of miners: {}", unread.cause().toString());
    return this;
  }

  private Behavior<TickerCommand> onStop() throws Exception {
    subscription.close();
    return this;
  }
}
