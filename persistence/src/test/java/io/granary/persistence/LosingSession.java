package io.granary.persistence;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A session that loses answers to conditional batches: of three the first after it took place, the
 * second because the driver waits no longer than Cassandra takes, some before and some after it
 * took place.
 */
final class LosingSession {
  private static final Duration TOO_SHORT = Duration.ofMillis(1);

  private final CqlSession session;
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger lostAfterMove = new AtomicInteger();

  LosingSession(CqlSession session) {
    this.session = session;
  }

  /** Batches that took place, and whose caller was not told. */
  int lostAfterMove() {
    return lostAfterMove.get();
  }

  CqlSession session() {
    return (CqlSession)
        Proxy.newProxyInstance(
            CqlSession.class.getClassLoader(),
            new Class<?>[] {CqlSession.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("executeAsync")
                  && arguments[0] instanceof BoundStatement statement
                  && statement.getPreparedStatement().getQuery().startsWith("BEGIN BATCH")) {
                return batch(statement);
              }
              try {
                return method.invoke(session, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private CompletionStage<AsyncResultSet> batch(BoundStatement statement) {
    return switch (batches.getAndIncrement() % 3) {
      case 0 -> session.executeAsync(statement).thenCompose(this::lose);
      case 1 -> session.executeAsync(statement.setTimeout(TOO_SHORT));
      default -> session.executeAsync(statement);
    };
  }

  private CompletionStage<AsyncResultSet> lose(AsyncResultSet answer) {
    if (answer.wasApplied()) {
      lostAfterMove.incrementAndGet();
    }
    return CompletableFuture.failedStage(new DriverTimeoutException("the answer is lost"));
  }
}
