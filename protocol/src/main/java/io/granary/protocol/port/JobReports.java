package io.granary.protocol.port;

import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.Recipient;

/** The way back from a worker to the entity that asked. */
public interface JobReports {
  /** Delivers at most once; the entity asks again when it hears nothing. */
  void deliver(Recipient recipient, JobReport report);
}
