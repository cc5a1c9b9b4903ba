package io.granary.protocol.sector;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobReport;

/**
 * Which run of which job an outcome came from.
 *
 * @param worker the name of the node that ran it
 * @param millis how long it ran
 */
public record JobRun(JobId job, long attempt, String worker, long millis) {
  static JobRun of(JobReport.Succeeded report) {
    return new JobRun(report.id(), report.attempt(), report.worker(), report.millis());
  }

  static JobRun of(JobReport.Failed report) {
    return new JobRun(report.id(), report.attempt(), report.worker(), report.millis());
  }
}
