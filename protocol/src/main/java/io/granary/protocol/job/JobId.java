package io.granary.protocol.job;

/**
 * The name of a job, derived from all its inputs ({@link JobSpec#id}), so that asking twice for the
 * same work is asking for one job.
 *
 * @param value lower-case hex of a SHA-256
 */
public record JobId(String value) {
  @Override
  public String toString() {
    return value;
  }
}
