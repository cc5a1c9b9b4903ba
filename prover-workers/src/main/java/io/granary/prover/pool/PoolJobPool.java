package io.granary.prover.pool;

import akka.actor.typed.ActorRef;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.port.JobPool;

/** A node's handle on the pool: passes everything to the dispatcher singleton. */
public final class PoolJobPool implements JobPool {
  private final ActorRef<JobDispatcher.Command> dispatcher;

  /**
   * A handle.
   *
   * @param dispatcher the singleton's proxy
   */
  public PoolJobPool(ActorRef<JobDispatcher.Command> dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public void request(JobRequest request) {
    dispatcher.tell(new JobDispatcher.Ask(request));
  }

  @Override
  public void cancel(JobId id, long attempt) {
    dispatcher.tell(new JobDispatcher.Cancel(id, attempt));
  }
}
