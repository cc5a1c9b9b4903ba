package io.granary.bridge.chain;

import io.granary.bridge.BridgeOperatorLog;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns a follower's state. After its shutdown, tasks are dropped: what a
 * closing socket still has to say is of no interest. An exception that escapes a task is logged,
 * since a scheduled executor would keep it to itself.
 */
final class FollowerThread extends ScheduledThreadPoolExecutor {
  FollowerThread() {
    super(
        1,
        task -> {
          Thread thread = new Thread(task, "chain-follower");
          thread.setDaemon(true);
          return thread;
        },
        new DiscardPolicy());
    setRemoveOnCancelPolicy(true);
    setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
    super.afterExecute(task, thrown);
    if (task instanceof Future<?> future && future.isDone()) {
      try {
        future.get();
      } catch (CancellationException e) {
        // A cancelled timer has nothing to tell.
        return;
      } catch (ExecutionException e) {
        BridgeOperatorLog.followerFailed(e.getCause() == null ? e : e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
