package io.granary.ops.node;

import com.typesafe.config.Config;
import io.granary.devnet.Devnet;
import io.granary.devnet.DevnetSettings;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.ChildProofVerifier;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A devnet whose proofs are verified by children of this process. */
public final class DevnetProcess implements AutoCloseable {
  /** The devnet asks for one proof at a time; a second thread lets a slow one be given up. */
  private static final int VERIFIER_THREADS = 2;

  private final Children children;
  private final ExecutorService executor;
  private final Devnet devnet;

  private DevnetProcess(Children children, ExecutorService executor, Devnet devnet) {
    this.children = children;
    this.executor = executor;
    this.devnet = devnet;
  }

  /**
   * Starts it.
   *
   * @param root holds {@code granary.prover.child}, with a work directory of its own
   * @throws ConfigurationException when the children's work directory cannot be used
   */
  public static DevnetProcess start(DevnetSettings settings, Config root) {
    ProverWorkersSettings.Child child = ProverWorkersSettings.from(root).child();
    Children children;
    try {
      children = new Children(child);
    } catch (IOException e) {
      throw new ConfigurationException(
          "granary.prover.child.work-directory: " + child.workDirectory() + ": " + e.getMessage(),
          e);
    }
    ExecutorService executor = Executors.newFixedThreadPool(VERIFIER_THREADS);
    try {
      return new DevnetProcess(
          children,
          executor,
          Devnet.start(settings, new ChildProofVerifier(children, child, executor)));
    } catch (RuntimeException e) {
      executor.shutdownNow();
      children.close();
      throw e;
    }
  }

  public Devnet devnet() {
    return devnet;
  }

  @Override
  public void close() {
    devnet.close();
    executor.shutdownNow();
    children.close();
  }
}
