package io.granary.ops.retrieval;

import io.granary.protocol.job.JobSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;

/** Has ranges of sectors decoded out of their replicas. Thread-safe. */
public interface Decoder {
  /**
   * Begins; the stage fails with the reason when it cannot be done, and then nothing is left. Not
   * asked for a job that is under way.
   */
  CompletionStage<Decoded> decode(JobSpec.Unseal job);

  /** Makes sure that a job that is under way is not forgotten. */
  void remind(JobSpec.Unseal job);

  /** Ends a job that is under way: its stage fails. */
  void giveUp(JobSpec.Unseal job, String reason);

  /** Bytes of a range; whoever gets them deletes them. */
  interface Decoded {
    /** Opens them, wherever they lie. */
    InputStream open() throws IOException;

    /** Deletes them. */
    void delete();
  }
}
