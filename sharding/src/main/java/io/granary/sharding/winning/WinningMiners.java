package io.granary.sharding.winning;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.granary.protocol.ActorId;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.winning.RoundTiming;
import io.granary.sharding.entity.Answers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the blocks of every miner of the roster; meant to run once in the cluster. It follows the
 * head on its own node and tells it to a {@link WinningMiner} for each. Mutable state belongs to
 * this actor.
 */
public final class WinningMiners extends AbstractBehavior<WinningCommand> {
  private final WinningPorts ports;
  private final WinningSettings settings;
  private final AutoCloseable subscription;
  private final Map<ActorId, ActorRef<WinningMinerCommand>> producers = new HashMap<>();
  private Set<ActorId> roster = Set.of();
  private Optional<RoundTiming> timing = Optional.empty();
  private @Nullable TipSet head;

  private WinningMiners(
      ActorContext<WinningCommand> context,
      TimerScheduler<WinningCommand> timers,
      WinningPorts ports,
      WinningSettings settings) {
    super(context);
    this.ports = ports;
    this.settings = settings;
    ActorRef<WinningCommand> self = context.getSelf();
    subscription =
        ports.chain().subscribe(change -> self.tell(new WinningCommand.HeadSeen(change.head())));
    timers.startTimerWithFixedDelay(new WinningCommand.Refresh(), settings.rosterRefresh());
    self.tell(new WinningCommand.Refresh());
  }

  /** The producer of all miners' blocks. */
  public static Behavior<WinningCommand> create(WinningPorts ports, WinningSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new WinningMiners(context, timers, ports, settings)));
  }

  @Override
  public Receive<WinningCommand> createReceive() {
    return newReceiveBuilder()
        .onMessage(WinningCommand.HeadSeen.class, this::onHead)
        .onMessage(WinningCommand.Refresh.class, refresh -> onRefresh())
        .onMessage(WinningCommand.RosterRead.class, this::onRoster)
        .onMessage(WinningCommand.VersionRead.class, this::onVersion)
        .onMessage(WinningCommand.Unread.class, this::onUnread)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<WinningCommand> onHead(WinningCommand.HeadSeen seen) {
    head = seen.head();
    producers
        .values()
        .forEach(producer -> producer.tell(new WinningMinerCommand.HeadSeen(seen.head())));
    return this;
  }

  private Behavior<WinningCommand> onRefresh() {
    Answers<WinningCommand> answers = new Answers<>(getContext());
    answers.bring(
        ports.roster().all(),
        miners -> new WinningCommand.RosterRead(Set.copyOf(miners)),
        error -> new WinningCommand.Unread("the roster of miners", error));
    if (timing.isEmpty()) {
      answers.bring(
          ports.chain().version(),
          WinningCommand.VersionRead::new,
          error -> new WinningCommand.Unread("the network's block delay", error));
    }
    return this;
  }

  private Behavior<WinningCommand> onRoster(WinningCommand.RosterRead read) {
    roster = new TreeSet<>(read.miners());
    startProducers();
    return this;
  }

  private Behavior<WinningCommand> onVersion(WinningCommand.VersionRead read) {
    Duration delay = Duration.ofSeconds(Math.max(1, read.version().blockDelaySeconds()));
    Duration third = delay.dividedBy(3);
    timing =
        Optional.of(
            new RoundTiming(
                delay,
                settings.propagation().compareTo(third) > 0 ? third : settings.propagation(),
                settings.equivocation().compareTo(third) > 0 ? third : settings.equivocation()));
    startProducers();
    return this;
  }

  private void startProducers() {
    if (timing.isEmpty()) {
      return;
    }
    for (ActorId miner : roster) {
      if (!producers.containsKey(miner)) {
        ActorRef<WinningMinerCommand> producer =
            getContext()
                .spawn(WinningMiner.create(miner, ports, timing.get(), settings), "miner-" + miner);
        producers.put(miner, producer);
        TipSet known = head;
        if (known != null) {
          producer.tell(new WinningMinerCommand.HeadSeen(known));
        }
      }
    }
  }

  private Behavior<WinningCommand> onUnread(WinningCommand.Unread unread) {
    WinningOperatorLog.unread(unread.what(), unread.cause());
    return this;
  }

  private Behavior<WinningCommand> onStop() throws Exception {
    subscription.close();
    return this;
  }
}
