/**
 * A whole node for tests of what operators touch, without Cassandra and without proofs: the real
 * entities over a journal in memory, a real devnet that takes every proof, a pool that answers at
 * once, and management HTTP on a free loopback port.
 *
 * <ol>
 *   <li>A test class takes a {@link io.granary.ops.stage.ManagementStage} as a parameter; {@link
 *       io.granary.ops.stage.StageExtension} makes one for the whole test run and ends it.
 *   <li>Tests share it, so each makes the sectors it changes.
 * </ol>
 */
@NullMarked
package io.granary.ops.stage;

import org.jspecify.annotations.NullMarked;
