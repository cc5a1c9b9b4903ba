/**
 * One miner of ours.
 *
 * <ol>
 *   <li>Ticks come from each node's ticker; the miner passes them to its deadlines, to the sender
 *       of its worker, and to every sector in motion.
 *   <li>What the chain binds it to is read and kept: {@code MinerConfigured}.
 *   <li>An order takes the next sector number: {@code SectorOrdered}. The sector is created, again
 *       on every tick, until it says that it lives: {@code SectorSetInMotion}.
 *   <li>A sector that waits for nothing says so: {@code SectorCameToRest}.
 * </ol>
 */
@NullMarked
package io.granary.sharding.miner;

import org.jspecify.annotations.NullMarked;
