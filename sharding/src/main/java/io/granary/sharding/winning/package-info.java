/**
 * Winning PoSt: the blocks of this cluster's miners.
 *
 * <ol>
 *   <li>{@link io.granary.sharding.winning.WinningMiners} runs once in the cluster, follows the
 *       head and keeps a {@link io.granary.sharding.winning.WinningMiner} for each miner of the
 *       roster.
 *   <li>That one begins a round when it is due, one at a time, as {@link
 *       io.granary.protocol.winning.RoundTiming} says.
 *   <li>{@link io.granary.sharding.winning.BlockRound} is the round: election, ticket and proof,
 *       claim in the store, block, submission. Where a split has two producers, the claim in the
 *       store lets one of them sign.
 *   <li>Some epochs later the miner looks whether its block is in the chain, and says so.
 * </ol>
 */
@NullMarked
package io.granary.sharding.winning;

import org.jspecify.annotations.NullMarked;
