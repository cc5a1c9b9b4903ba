package io.granary.prover.pool;

import io.granary.prover.JobClass;

/**
 * What a worker runs, as it tells a dispatcher that does not know.
 *
 * @param subject the sector or partition, for lists
 */
public record RunningJob(JobKey key, JobClass jobClass, String subject) {}
