package io.granary.prover.pool;

/**
 * What a worker's machine has, or what a job takes of it.
 *
 * @param cores processors
 * @param memoryBytes memory
 * @param gpus devices
 */
public record Resources(int cores, long memoryBytes, int gpus) {
  public static final Resources NONE = new Resources(0, 0, 0);

  public Resources {
    if (cores < 0 || memoryBytes < 0 || gpus < 0) {
      throw new IllegalArgumentException(
          "resources: must not be negative: " + cores + ", " + memoryBytes + ", " + gpus);
    }
  }

  /** This and {@code other} together. */
  public Resources plus(Resources other) {
    return new Resources(cores + other.cores, memoryBytes + other.memoryBytes, gpus + other.gpus);
  }

  /** {@code count} times this. */
  public Resources times(int count) {
    return new Resources(cores * count, memoryBytes * count, gpus * count);
  }

  /** What is left of this when {@code other} is taken; never below nothing. */
  Resources minus(Resources other) {
    return new Resources(
        Math.max(0, cores - other.cores),
        Math.max(0, memoryBytes - other.memoryBytes),
        Math.max(0, gpus - other.gpus));
  }

  /** Whether {@code wanted} fits into this. */
  boolean holds(Resources wanted) {
    return wanted.cores <= cores && wanted.memoryBytes <= memoryBytes && wanted.gpus <= gpus;
  }
}
