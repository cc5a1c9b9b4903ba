/**
 * Deals on a node, by its roles. {@link io.granary.ops.deal.DealNode} joins them: on nodes of the
 * role sector the entities with what they work with (staging and transfers on this node's disks,
 * the store, the chain, miners and sectors), on the others the way to them; on nodes of the role
 * bridge the desk and the streams that clients open.
 */
@NullMarked
package io.granary.ops.deal;

import org.jspecify.annotations.NullMarked;
