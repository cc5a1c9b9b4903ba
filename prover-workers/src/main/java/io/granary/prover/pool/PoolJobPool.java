package io.granary.prover.pool;

import akka.actor.typed.ActorRef;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.port.JobPool;
import java.util.function.Consumer;

/** A node's handle on the pool: passes everything on towards the dispatcher singleton. */
public final class PoolJobPool implements JobPool {
  private final Consumer<JobDispatcher.Command> dispatcher;

  private PoolJobPool(Consumer<JobDispatcher.Command> dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * A handle.
   *
   * @param dispatcher the singleton's proxy
   */
  public PoolJobPool(ActorRef<JobDispatcher.Command> dispatcher) {
    this(dispatcher::tell);
  }

  /** A handle by way of the node's relay. */
  public static PoolJobPool through(ActorRef<AskRelay.Command> relay) {
    return new PoolJobPool(message -> relay.tell(new AskRelay.Pass(message)));
  }

  @Override
  public void request(JobRequest request) {
    dispatcher.accept(new JobDispatcher.Ask(request));
  }

  @Override
  public void cancel(JobId id, long attempt) {
    dispatcher.accept(new JobDispatcher.Cancel(id, attempt));
  }
}
