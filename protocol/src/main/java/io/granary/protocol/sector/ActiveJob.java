package io.granary.protocol.sector;

import io.granary.protocol.Epoch;
import io.granary.protocol.job.JobId;

/** The one job whose report the sector waits for; reports of any other are ignored. */
public record ActiveJob(JobId id, long attempt, Epoch lastUsefulEpoch) {}
