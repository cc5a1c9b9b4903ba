package io.granary.prover.transfer;

/** Something that may be called off while bytes travel. Thread-safe. */
public interface Cancellation {
  /** Never called off. */
  Cancellation NEVER = stop -> () -> {};

  /**
   * Has {@code stop} run, once, when it is called off, until the registration is closed. Throws its
   * own failure when it was called off already.
   */
  Registration register(Runnable stop);

  /** Ends when closed. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
