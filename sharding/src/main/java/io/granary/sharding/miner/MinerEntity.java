package io.granary.sharding.miner;

import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.MinerEvent;
import io.granary.protocol.miner.MinerState;
import io.granary.protocol.miner.MinerState.Configured;
import io.granary.protocol.miner.MinerState.Configured.Place;
import io.granary.protocol.sector.SectorOrder;
import io.granary.protocol.sender.MessagePurpose;
import io.granary.sharding.entity.Answers;
import io.granary.sharding.entity.SeenHead;
import io.granary.sharding.entity.Snapshots;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One miner of ours; see the package's description. */
public final class MinerEntity extends EventSourcedBehavior<MinerCommand, MinerEvent, MinerState> {
  public static final EntityTypeKey<MinerCommand> TYPE_KEY =
      EntityTypeKey.create(MinerCommand.class, "miner");

  private final ActorContext<MinerCommand> context;
  private final ActorId miner;
  private final MinerPorts ports;
  private final Answers<MinerCommand> answers;
  private final SeenHead<MinerCommand> head;
  private final ConfigWatch configs;
  private final FundedSenders senders;
  private final RowSweep rows;
  private final DebtWatch debts;
  private final MinerOrders orders;

  private MinerEntity(
      ActorContext<MinerCommand> context, ActorId miner, MinerPorts ports, MinerSettings settings) {
    super(
        PersistenceId.of(TYPE_KEY.name(), miner.toString()),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    this.context = context;
    this.miner = miner;
    this.ports = ports;
    this.answers = new Answers<>(context);
    this.head = new SeenHead<>(context, "miner " + miner, ports.node(), 0);
    this.configs = new ConfigWatch(answers, ports, miner, context.getLog());
    this.senders = new FundedSenders(answers, ports, miner, context.getLog());
    this.rows = new RowSweep(answers, ports, miner, settings);
    this.debts = new DebtWatch(answers, ports, miner, settings, context.getLog());
    this.orders = new MinerOrders(settings.packing());
  }

  /** The entity of {@code miner}. */
  public static Behavior<MinerCommand> create(
      ActorId miner, MinerPorts ports, MinerSettings settings) {
    return Behaviors.setup(context -> new MinerEntity(context, miner, ports, settings));
  }

  @Override
  public MinerState emptyState() {
    return new MinerState.Unconfigured();
  }

  @Override
  public EventHandler<MinerState, MinerEvent> eventHandler() {
    return MinerState::on;
  }

  @Override
  public SignalHandler<MinerState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), state -> begin())
        .build();
  }

  /** Also after a failed persist: what was under way then is begun anew from the journal. */
  private void begin() {
    configs.begin();
    senders.begin();
    rows.begin();
    debts.begin();
    answers.bringHead(
        ports.chain(),
        ports.clock(),
        MinerCommand.HeadKnown::new,
        cause -> new MinerCommand.ReadFailed("the head", cause));
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return Snapshots.everyManyEvents();
  }

  @Override
  public CommandHandler<MinerCommand, MinerEvent, MinerState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(MinerCommand.HeadSeen.class, this::onHead)
        .onCommand(MinerCommand.HeadKnown.class, this::onHeadKnown)
        .onCommand(MinerCommand.ConfigRead.class, this::onConfig)
        .onCommand(MinerCommand.ReadFailed.class, this::onReadFailed)
        .onCommand(MinerCommand.SendersChosen.class, this::onSenders)
        .onCommand(MinerCommand.SendersNotChosen.class, this::onNoSenders)
        .onCommand(MinerCommand.Order.class, this::onOrder)
        .onCommand(MinerCommand.NumbersRead.class, this::onNumbers)
        .onCommand(MinerCommand.NumbersUnread.class, this::onNoNumbers)
        .onCommand(MinerCommand.WithdrawPiece.class, this::onWithdrawn)
        .onCommand(MinerCommand.SectorInMotion.class, this::onInMotion)
        .onCommand(MinerCommand.SectorAtRest.class, this::onAtRest)
        .onCommand(MinerCommand.RowsCompared.class, this::onRows)
        .onCommand(MinerCommand.RowsNotCompared.class, this::onNoRows)
        .onCommand(MinerCommand.MessageReported.class, this::onReport)
        .onCommand(MinerCommand.BalanceRead.class, this::onBalance)
        .onCommand(MinerCommand.BalanceUnread.class, this::onNoBalance)
        .onCommand(MinerCommand.Describe.class, this::onDescribe)
        .build();
  }

  // Heads

  private Effect<MinerEvent, MinerState> onHead(MinerState state, MinerCommand.HeadSeen seen) {
    head.see(seen.tick());
    ports.heads().accept(miner, seen.tick());
    configs.look(seen.tick());
    if (state instanceof Configured configured) {
      senders.look(configured.config(), seen.tick());
      pass(configured, seen.tick());
      rows.look(configured, seen.tick());
      debts.look(configured, seen.tick());
      return close(configured);
    }
    return Effect().none();
  }

  /** Open sectors whose time has come. */
  private Effect<MinerEvent, MinerState> close(Configured state) {
    List<MinerEvent> events = orders.closings(state, head.stamp());
    return events.isEmpty()
        ? Effect().none()
        : Effect().persist(events).thenRun(next -> create((Configured) next, events));
  }

  private Effect<MinerEvent, MinerState> onHeadKnown(
      MinerState state, MinerCommand.HeadKnown known) {
    return head.isUnknown()
        ? onHead(state, new MinerCommand.HeadSeen(known.tick()))
        : Effect().none();
  }

  private void pass(Configured state, Tick tick) {
    MinerConfig config = senders.paying(state.config());
    Set<Address> all = new LinkedHashSet<>(config.senders().all());
    all.add(config.workerKey());
    Address proves = config.senderFor(MessagePurpose.WINDOW_POST);
    all.forEach(address -> ports.senders().tick(address, tick, address.equals(proves)));
    for (long index = 0; index < config.grid().deadlines(); index++) {
      ports.deadlines().tick(config, index, tick);
    }
    state.ordered().values().forEach(order -> ports.sectors().create(order, tick));
    state.inMotion().forEach(number -> ports.sectors().tick(new SectorId(miner, number), tick));
  }

  private Effect<MinerEvent, MinerState> onSenders(
      MinerState state, MinerCommand.SendersChosen heard) {
    senders.onChosen(heard);
    return Effect().none();
  }

  private Effect<MinerEvent, MinerState> onNoSenders(
      MinerState state, MinerCommand.SendersNotChosen failed) {
    senders.onNotChosen(failed.cause());
    return Effect().none();
  }

  private Effect<MinerEvent, MinerState> onConfig(MinerState state, MinerCommand.ConfigRead read) {
    configs.onRead(head.epoch());
    if (state instanceof Configured known && known.config().equals(read.config())) {
      return Effect().none();
    }
    return Effect()
        .persist(new MinerEvent.MinerConfigured(read.config(), head.stamp()))
        .thenRun(next -> pass((Configured) next, head.tick()));
  }

  private Effect<MinerEvent, MinerState> onReadFailed(
      MinerState state, MinerCommand.ReadFailed failed) {
    configs.onUnread(failed);
    return Effect().none();
  }

  // Orders

  private Effect<MinerEvent, MinerState> onOrder(MinerState state, MinerCommand.Order order) {
    if (!(state instanceof Configured configured) || head.isUnknown()) {
      return rejected(
          order,
          MinerReply.Rejected.Code.NOT_CONFIGURED,
          miner + " is not read from the chain yet");
    }
    Place known = configured.orders().get(order.orderId());
    if (known != null) {
      return ordered(order, known);
    }
    Optional<String> problem = MinerOrders.problem(configured.config(), order);
    if (problem.isPresent()) {
      return rejected(order, MinerReply.Rejected.Code.BAD_PIECE, problem.get());
    }
    Optional<List<MinerEvent>> joined = orders.joined(configured, order, head.stamp());
    if (joined.isPresent()) {
      return persist(joined.get(), order);
    }
    answers.bring(
        ports.chain().allocated(miner, TipSetKey.HEAD),
        allocated -> new MinerCommand.NumbersRead(order, allocated),
        cause -> new MinerCommand.NumbersUnread(order, cause));
    return Effect().none();
  }

  private Effect<MinerEvent, MinerState> onNumbers(
      MinerState state, MinerCommand.NumbersRead read) {
    MinerCommand.Order order = read.order();
    Configured configured = (Configured) state;
    Place known = configured.orders().get(order.orderId());
    if (known != null) {
      return ordered(order, known);
    }
    SectorId sector =
        new SectorId(
            miner, new SectorNumber(read.allocated().firstAbsent(configured.nextNumber())));
    return persist(orders.given(configured, order, sector, head.stamp()), order);
  }

  private Effect<MinerEvent, MinerState> ordered(MinerCommand.Order order, Place place) {
    order
        .replyTo()
        .tell(new MinerReply.Ordered(new SectorId(miner, place.sector()), place.offset()));
    return Effect().none();
  }

  private Effect<MinerEvent, MinerState> persist(
      List<MinerEvent> events, MinerCommand.Order order) {
    return Effect()
        .persist(events)
        .thenRun(
            next -> {
              create((Configured) next, events);
              Place place = ((Configured) next).orders().get(order.orderId());
              if (place == null) {
                throw new IllegalStateException("order " + order.orderId() + " has no sector");
              }
              ordered(order, place);
            });
  }

  /** The sectors that {@code events} ordered hear of it. */
  private void create(Configured state, List<MinerEvent> events) {
    MinerOrders.begun(events)
        .forEach(
            number -> {
              SectorOrder order = state.ordered().get(number);
              if (order != null) {
                ports.sectors().create(order, head.tick());
              }
            });
    events.forEach(this::tell);
  }

  private void tell(MinerEvent event) {
    if (event instanceof MinerEvent.SectorClosed closed) {
      context
          .getLog()
          .info("miner {}: sector {} is closed: {}", miner, closed.sector(), closed.reason());
    }
  }

  private Effect<MinerEvent, MinerState> onWithdrawn(
      MinerState state, MinerCommand.WithdrawPiece withdrawn) {
    if (head.isUnknown() || !(state instanceof Configured configured)) {
      return Effect().none();
    }
    List<MinerEvent> events = orders.withdrawn(configured, withdrawn.owner(), head.stamp());
    return events.isEmpty() ? Effect().none() : Effect().persist(events);
  }

  private Effect<MinerEvent, MinerState> onNoNumbers(
      MinerState state, MinerCommand.NumbersUnread unread) {
    return rejected(
        unread.order(),
        MinerReply.Rejected.Code.CHAIN_UNREACHABLE,
        "which sector numbers are taken is not known: " + unread.cause());
  }

  private Effect<MinerEvent, MinerState> rejected(
      MinerCommand.Order order, MinerReply.Rejected.Code code, String detail) {
    order.replyTo().tell(new MinerReply.Rejected(code, detail));
    return Effect().none();
  }

  // Sectors

  private Effect<MinerEvent, MinerState> onInMotion(
      MinerState state, MinerCommand.SectorInMotion moving) {
    SectorNumber number = moving.sector().number();
    if (head.isUnknown()
        || !(state instanceof Configured configured)
        || configured.inMotion().contains(number)) {
      return Effect().none();
    }
    return Effect().persist(new MinerEvent.SectorSetInMotion(number, head.stamp()));
  }

  private Effect<MinerEvent, MinerState> onAtRest(
      MinerState state, MinerCommand.SectorAtRest resting) {
    SectorNumber number = resting.sector().number();
    if (head.isUnknown()
        || !(state instanceof Configured configured)
        || !(configured.inMotion().contains(number) || configured.ordered().containsKey(number))) {
      return Effect().none();
    }
    return Effect().persist(new MinerEvent.SectorCameToRest(number, head.stamp()));
  }

  private Effect<MinerEvent, MinerState> onRows(
      MinerState state, MinerCommand.RowsCompared compared) {
    if (!compared.stale().isEmpty()) {
      context.getLog().debug("miner {}: rows of sectors {} are behind", miner, compared.stale());
    }
    rows.compared(compared.stale());
    return Effect().none();
  }

  private Effect<MinerEvent, MinerState> onNoRows(
      MinerState state, MinerCommand.RowsNotCompared failed) {
    rows.notCompared();
    context.getLog().info("miner {}: rows not compared: {}", miner, failed.cause().toString());
    return Effect().none();
  }

  // Debt

  private Effect<MinerEvent, MinerState> onBalance(
      MinerState state, MinerCommand.BalanceRead read) {
    Configured configured = (Configured) state;
    List<MinerEvent> events =
        debts.onBalance(
            configured.debt(), senders.paying(configured.config()), read.available(), head.stamp());
    return events.isEmpty()
        ? Effect().none()
        : Effect()
            .persist(events)
            .thenRun(next -> ((Configured) next).debt().open().ifPresent(debts::submit));
  }

  private Effect<MinerEvent, MinerState> onNoBalance(
      MinerState state, MinerCommand.BalanceUnread failed) {
    debts.onUnread(failed.cause());
    return Effect().none();
  }

  private Effect<MinerEvent, MinerState> onReport(
      MinerState state, MinerCommand.MessageReported reported) {
    if (head.isUnknown() || !(state instanceof Configured configured)) {
      return Effect().none();
    }
    List<MinerEvent> events = debts.onReport(configured.debt(), reported.report(), head.stamp());
    return events.isEmpty() ? Effect().none() : Effect().persist(events);
  }

  private Effect<MinerEvent, MinerState> onDescribe(
      MinerState state, MinerCommand.Describe describe) {
    describe
        .replyTo()
        .tell(
            state instanceof Configured known
                ? new MinerReply.Overview(
                    Optional.of(known.config()),
                    List.copyOf(known.ordered().keySet()),
                    List.copyOf(known.inMotion()),
                    List.copyOf(known.open().keySet()))
                : new MinerReply.Overview(Optional.empty(), List.of(), List.of(), List.of()));
    return Effect().none();
  }
}
