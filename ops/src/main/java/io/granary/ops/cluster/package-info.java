/**
 * A whole cluster on this machine, for scenario tests and benchmarks: nothing in it knows of them.
 *
 * <ol>
 *   <li>{@code PreSealed} seals 2 KiB sectors that the chain begins with.
 *   <li>{@link io.granary.ops.cluster.LocalCluster} starts Cassandra, a devnet in this process and
 *       each node as a process of its own on a loopback address of its own.
 *   <li>{@link io.granary.ops.cluster.LocalLinks} stands between them where a test cuts them off:
 *       nodes among each other, from the chain, from Cassandra.
 *   <li>{@link io.granary.ops.cluster.LocalNode} is killed, stopped, woken and started again.
 *   <li>{@link io.granary.ops.cluster.ChainRecord} tells what landed, from the chain itself.
 * </ol>
 */
@NullMarked
package io.granary.ops.cluster;

import org.jspecify.annotations.NullMarked;
