package io.granary.protocol.job;

import io.granary.protocol.Epoch;

/**
 * One ask for a job. Asking again with the same id and attempt while it waits or runs changes
 * nothing; a higher attempt supersedes the one before it.
 *
 * @param attempt the fencing number: 1, 2, … per job id; a report of another attempt is refused by
 *     the entity
 * @param lastUsefulEpoch after this epoch the outcome is worthless; jobs with least slack go first
 */
public record JobRequest(
    JobId id, long attempt, JobSpec spec, Recipient recipient, Epoch lastUsefulEpoch) {}
