package io.granary.bridge.transfer;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a transfer from outside: closes whatever it waits on. Thread-safe. */
final class TransferControl {
  private static final Logger LOG = LoggerFactory.getLogger(TransferControl.class);

  private @Nullable Closeable open;
  private boolean begun;
  private boolean stopped;

  /** Whether the transfer may begin: nobody has stopped it. */
  synchronized boolean begin() {
    begun = !stopped;
    return begun;
  }

  /** From now on {@code next} is what the transfer waits on. */
  void hold(Closeable next) throws IOException {
    synchronized (this) {
      if (!stopped) {
        open = next;
        return;
      }
    }
    next.close();
    throw new IOException("stopped");
  }

  synchronized boolean stopped() {
    return stopped;
  }

  /** Stops it, and says whether it had begun. */
  boolean stop() {
    Closeable held;
    boolean runs;
    synchronized (this) {
      stopped = true;
      held = open;
      runs = begun;
    }
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        LOG.debug("closing the connection of a stopped transfer: {}", e.getMessage());
      }
    }
    return runs;
  }
}
