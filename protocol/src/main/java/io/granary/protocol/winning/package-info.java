/**
 * Winning PoSt: one round of block production, without actors and without a chain node.
 *
 * <ol>
 *   <li>{@link io.granary.protocol.winning.RoundTiming} says which round of a head is due at a
 *       time.
 *   <li>{@link io.granary.protocol.winning.WinningDraws} makes what the worker key signs and what
 *       is proven.
 *   <li>{@link io.granary.protocol.winning.BlockGuard} refuses a block that would be a consensus
 *       fault beside those made before.
 *   <li>{@link io.granary.protocol.winning.MinedBlock} is what the store keeps of a claimed epoch.
 * </ol>
 */
@NullMarked
package io.granary.protocol.winning;

import org.jspecify.annotations.NullMarked;
