/**
 * The Sector entity: the pure machine of {@code io.granary.protocol.sector} with a journal and a
 * world around it.
 *
 * <ol>
 *   <li>A {@link io.granary.sharding.sector.SectorCommand} comes in: the miner's order and ticks, a
 *       worker's report, a sender's report, a deadline's observation, an operator's word.
 *   <li>{@code SectorDecisions} says which events follow; they are persisted in one write.
 *   <li>Only then {@link io.granary.sharding.sector.SectorActions} does what the new state waits
 *       for: ask the pool, submit to the sender, tell deadline, miner and read model. All of it may
 *       be done again, and is, on each tick.
 *   <li>What a state has to know of the chain, {@link io.granary.sharding.sector.ChainReader} asks
 *       at the tick's tipset; the answers come back as a command.
 * </ol>
 */
@NullMarked
package io.granary.sharding.sector;

import org.jspecify.annotations.NullMarked;
