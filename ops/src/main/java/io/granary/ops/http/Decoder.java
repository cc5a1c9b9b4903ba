package io.granary.ops.http;

import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import java.io.IOException;
import java.io.InputStream;
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

  /** Bytes of a range on some node's disk; whoever gets them deletes them. All of it blocks. */
  interface Decoded {
    /** Opens them, wherever they lie. Nothing but their number is checked: the reader does. */
    InputStream open() throws IOException;

    /**
     * Copies them, checked, to a file that is written over, and gives what they are.
     *
     * @throws Problem when the node that has them does not give them whole
     * @throws IOException when the file cannot be written
     */
    BlobRef copyTo(Path target) throws IOException;

    /** Deletes them. */
    void delete();
  }
}
