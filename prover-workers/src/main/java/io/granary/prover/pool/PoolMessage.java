package io.granary.prover.pool;

/** Everything of the pool that can leave a JVM; bound to {@code codec.PoolSerializer}. */
public interface PoolMessage {}
