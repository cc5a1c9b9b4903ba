package io.granary.protocol.job;

/**
 * Why a job failed.
 *
 * @param message for people: what was done, to which id, and the cause
 */
public record JobFailure(Kind kind, String message) {
  /** What the entity decides by. */
  public enum Kind {
    /** The request itself is wrong; the same again fails again. */
    INPUT,
    /** The sector's files are missing or wrong. */
    DATA,
    /** Disk, parameters or environment of the worker: another try may do. */
    ENVIRONMENT,
    /** The child process died or was killed as hung while it ran this job. */
    CHILD_DIED,
    /** The proof made did not verify. */
    PROOF_INVALID,
    /** The worker went away or the job was given up by it. */
    LOST,
    /** Cancelled by whoever asked. */
    CANCELLED
  }
}
