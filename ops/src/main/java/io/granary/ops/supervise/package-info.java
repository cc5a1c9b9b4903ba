/**
 * A node's process, kept alive by another.
 *
 * <ol>
 *   <li>{@link io.granary.ops.supervise.Supervisor} starts the node as its child and waits for its
 *       end.
 *   <li>When it dies by itself, {@link io.granary.ops.supervise.Obituary} tells the other members
 *       at once which incarnation is gone ({@link io.granary.ops.supervise.MemberFile} has kept
 *       it), so that its entities need not wait for a failure detector.
 *   <li>The next child starts after a pause that doubles while children die young.
 * </ol>
 */
@NullMarked
package io.granary.ops.supervise;

import org.jspecify.annotations.NullMarked;
