/**
 * Settings and job classes of the prover pool. The flow of a job:
 *
 * <ol>
 *   <li>An entity asks through {@link io.granary.protocol.port.JobPool}; the node-local {@code
 *       pool.PoolJobPool} passes it to the dispatcher singleton.
 *   <li>{@code pool.JobDispatcher} places it on a worker with a free slot that holds the sector's
 *       files.
 *   <li>{@code pool.ProverWorker} on that node runs it by {@code worker.JobRunner} on a thread of
 *       its own; children ({@code child}) do the proofs, files lie in storage paths ({@code
 *       storage}).
 *   <li>The outcome goes straight to the entity through {@link
 *       io.granary.protocol.port.JobReports}.
 * </ol>
 */
@NullMarked
package io.granary.prover;

import org.jspecify.annotations.NullMarked;
