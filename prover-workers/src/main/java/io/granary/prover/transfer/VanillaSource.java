package io.granary.prover.transfer;

import io.granary.protocol.SectorNumber;
import java.nio.file.Path;

/** Reads vanilla proofs of this node's sectors for other nodes. */
public interface VanillaSource {
  /**
   * Reads what is here, blocking, and tells {@code sink} of every sector asked for, each as soon as
   * it is known. The files told of are there until the sink is closed.
   */
  void read(VanillaAsk ask, Sink sink);

  /** Takes what is read; from any thread, never blocks. */
  interface Sink {
    /** A sector's vanilla proof, made and checked. */
    void proven(SectorNumber sector, Path proof);

    /** A sector that cannot be read, and why. */
    void unreadable(SectorNumber sector, String reason);

    /** Runs {@code action} when nobody takes any more, at once if that is so already. */
    void onClosed(Runnable action);

    /** Every sector was told of; waits until all was taken or nobody takes any more. */
    void finish();
  }
}
