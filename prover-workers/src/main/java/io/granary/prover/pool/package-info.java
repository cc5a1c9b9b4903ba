/**
 * Places jobs on workers.
 *
 * <ol>
 *   <li>An entity asks {@link io.granary.prover.pool.PoolJobPool}, which tells the {@link
 *       io.granary.prover.pool.JobDispatcher}, a cluster singleton.
 *   <li>The dispatcher keeps its {@link io.granary.prover.pool.PoolBook} in memory only: what
 *       waits, who works, what runs where. It picks the most urgent job and the worker that holds
 *       its inputs and has a free slot of the job's class.
 *   <li>The {@link io.granary.prover.pool.ProverWorker} of that node runs it on a thread of its own
 *       and reports straight to the entity through {@link io.granary.protocol.port.JobReports}; to
 *       a request that waits on another node by {@link io.granary.prover.pool.OperatorReports}.
 *   <li>Each second a worker tells what it runs. A silent worker's jobs wait again; a dispatcher
 *       that died is filled again by registering workers and asking entities.
 * </ol>
 *
 * <p>A job may so run twice. That is harmless: jobs have one effect however often they run, and an
 * entity takes one result for the attempt it holds.
 */
@NullMarked
package io.granary.prover.pool;

import org.jspecify.annotations.NullMarked;
