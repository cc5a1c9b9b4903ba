/**
 * Runs jobs.
 *
 * <ol>
 *   <li>A job thread calls {@link io.granary.prover.worker.JobRunner} with a spec and a {@link
 *       io.granary.prover.worker.JobRun}, through which it is followed and cancelled.
 *   <li>The class of the job's family does the work: {@link io.granary.prover.worker.PieceJobs},
 *       {@link io.granary.prover.worker.SealingJobs}, {@link
 *       io.granary.prover.worker.UnsealingJobs}, {@link io.granary.prover.worker.VanillaJobs},
 *       {@link io.granary.prover.worker.PartitionJobs}.
 *   <li>Proof work goes to child processes through {@link io.granary.prover.worker.ChildCalls};
 *       what one process made another one verifies.
 *   <li>Every job may run twice with one effect: outputs appear by rename, and a {@link
 *       io.granary.prover.worker.Receipts receipt} lets the second run take the first one's output
 *       after a check.
 *   <li>{@link io.granary.prover.worker.Failures} turns what went wrong into a {@link
 *       io.granary.protocol.job.JobFailure}.
 * </ol>
 */
@NullMarked
package io.granary.prover.worker;

import org.jspecify.annotations.NullMarked;
