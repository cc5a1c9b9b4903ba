/**
 * The composition root: a node from its configuration.
 *
 * <ol>
 *   <li>{@link io.granary.ops.node.NodeConfiguration} loads the file over the modules' defaults.
 *   <li>{@link io.granary.ops.node.Node} starts, in this order, Cassandra when none is given, the
 *       actor system, the store, the chain client, the prover pool, the entities and management
 *       HTTP, and stops them in the opposite one ({@link io.granary.ops.node.NodeParts}).
 *   <li>With the role {@code bridge} {@link io.granary.ops.node.PeerStarter} makes it a libp2p
 *       peer, and {@link io.granary.ops.node.RetrievalStarter} serves pieces and blocks.
 * </ol>
 */
@NullMarked
package io.granary.ops.node;

import org.jspecify.annotations.NullMarked;
