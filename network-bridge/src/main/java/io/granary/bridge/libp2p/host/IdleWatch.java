package io.granary.bridge.libp2p.host;

import io.granary.bridge.libp2p.yamux.YamuxCodes;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection that has had no stream at two looks in a row. On its event loop. */
final class IdleWatch {
  private final Connection connection;
  private boolean wasIdle;

  private IdleWatch(Connection connection) {
    this.connection = connection;
  }

  /** Looks each half of {@code limit}. */
  static void start(Connection connection, Duration limit) {
    IdleWatch watch = new IdleWatch(connection);
    long half = Math.max(1, limit.toMillis() / 2);
    ScheduledFuture<?> looks =
        connection
            .channel()
            .eventLoop()
            .scheduleAtFixedRate(watch::look, half, half, TimeUnit.MILLISECONDS);
    connection.channel().closeFuture().addListener(unused -> looks.cancel(false));
  }

  private void look() {
    boolean idle = connection.session().streams() == 0;
    if (idle && wasIdle) {
      connection.session().goAway(YamuxCodes.GARBAGE_COLLECTED);
    }
    wasIdle = idle;
  }
}
