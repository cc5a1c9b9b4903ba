package io.granary.ops.retrieval;

import io.granary.protocol.job.JobSpec;
import java.nio.file.Path;
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
    /** Where they lie. */
    Path file();

    /** Deletes them. */
    void delete();
  }
}
