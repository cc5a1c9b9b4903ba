/**
 * One proving deadline of a miner, a run in every proving period.
 *
 * <ol>
 *   <li>Ticks bring the miner's time grid and the head. After the challenge epoch the partitions
 *       are read from the chain: {@code RunOpened}.
 *   <li>Each partition goes its own way: vanilla proofs are asked of the pool ({@code
 *       VanillaAsked}, {@code VanillaMade}), then the SNARK ({@code SnarkAsked}, {@code
 *       SnarkMade}). What an event holds is never made again.
 *   <li>Near the challenge with each head, and before anything is sent, the plan is compared with
 *       the chain ({@code RunReplanned} after a re-org, {@link
 *       io.granary.sharding.deadline.RunSteps}). Once the deadline is open, ready proofs are handed
 *       to the sender, those of up to three partitions in one message ({@link
 *       io.granary.sharding.deadline.Batches}): {@code SubmissionAsked}.
 *   <li>The sender reports: {@code ProvenInPeriod} for a good receipt, else {@code
 *       SubmissionFailed} and again while the deadline is open.
 *   <li>{@code RunClosed} ends the run beyond the re-org depth. Then the chain's faults are read;
 *       sectors hear of faults, first proofs and recoveries, and say when their files read well
 *       again, upon which their recovery is declared: {@code RecoveryAsked}, {@code
 *       RecoveryDeclared}.
 *   <li>Between windows each partition is proven for practice once a period ({@link
 *       io.granary.sharding.deadline.Rehearsal}, {@code RehearsalDone}), and single replicas may be
 *       read ({@link io.granary.sharding.deadline.Scrub}).
 * </ol>
 */
@NullMarked
package io.granary.sharding.deadline;

import org.jspecify.annotations.NullMarked;
