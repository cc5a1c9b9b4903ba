package io.granary.prover.pool;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.granary.protocol.job.JobId;
import io.granary.prover.ProverWorkersSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A node's way to the dispatcher. It remembers for a while what was asked for, and asks again when
 * another dispatcher has begun: entities would do so only with the next head, and by then a proof
 * may have stood still for an epoch. A job that ended meanwhile may so be asked for once too often;
 * its worker then has the result.
 */
public final class AskRelay extends AbstractBehavior<AskRelay.Command> {
  /** What the relay is told. */
  public sealed interface Command {}

  /** Something for the dispatcher. */
  public record Pass(JobDispatcher.Command message) implements Command {}

  private record Dispatcher(JobDispatcher.Incarnation incarnation) implements Command {}

  enum Look implements Command {
    INSTANCE
  }

  private record Asked(JobDispatcher.Ask ask, Duration at) {}

  private final ProverWorkersSettings.Pool settings;
  private final ActorRef<JobDispatcher.Command> dispatcher;
  private final ActorRef<JobDispatcher.Incarnation> answers;
  private final Supplier<Duration> uptime;

  /** Oldest first. */
  private final Map<JobId, Asked> remembered = new LinkedHashMap<>();

  private Optional<String> known = Optional.empty();

  /**
   * The relay's behaviour.
   *
   * @param dispatcher the singleton's proxy
   * @param uptime time since some start, never going back
   */
  public static Behavior<Command> create(
      ProverWorkersSettings.Pool settings,
      ActorRef<JobDispatcher.Command> dispatcher,
      Supplier<Duration> uptime) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Look.INSTANCE, settings.tick());
                  return new AskRelay(context, settings, dispatcher, uptime);
                }));
  }

  private AskRelay(
      ActorContext<Command> context,
      ProverWorkersSettings.Pool settings,
      ActorRef<JobDispatcher.Command> dispatcher,
      Supplier<Duration> uptime) {
    super(context);
    this.settings = settings;
    this.dispatcher = dispatcher;
    this.uptime = uptime;
    this.answers = context.messageAdapter(JobDispatcher.Incarnation.class, Dispatcher::new);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Pass.class, this::pass)
        .onMessage(Look.class, m -> look())
        .onMessage(Dispatcher.class, this::seen)
        .build();
  }

  private Behavior<Command> pass(Pass message) {
    if (message.message() instanceof JobDispatcher.Ask ask) {
      remembered.remove(ask.request().id());
      remembered.put(ask.request().id(), new Asked(ask, uptime.get()));
      if (remembered.size() > settings.relayJobsMax()) {
        forget(remembered.keySet().iterator());
      }
    } else if (message.message() instanceof JobDispatcher.Cancel cancel) {
      Asked asked = remembered.get(cancel.id());
      if (asked != null && asked.ask().request().attempt() <= cancel.attempt()) {
        remembered.remove(cancel.id());
      }
    }
    dispatcher.tell(message.message());
    return this;
  }

  private static void forget(Iterator<JobId> oldest) {
    oldest.next();
    oldest.remove();
  }

  private Behavior<Command> look() {
    Duration oldest = uptime.get().minus(settings.relayMemory());
    remembered.values().removeIf(asked -> asked.at().compareTo(oldest) < 0);
    dispatcher.tell(new JobDispatcher.AskIncarnation(answers));
    return this;
  }

  private Behavior<Command> seen(Dispatcher message) {
    String id = message.incarnation().id();
    boolean another = known.isPresent() && !known.get().equals(id);
    known = Optional.of(id);
    if (another && !remembered.isEmpty()) {
      getContext()
          .getLog()
          .info("another dispatcher has begun, {} jobs are asked for again", remembered.size());
      remembered.values().forEach(asked -> dispatcher.tell(asked.ask()));
    }
    return this;
  }
}
