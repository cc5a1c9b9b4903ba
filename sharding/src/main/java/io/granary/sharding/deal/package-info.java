/**
 * Storage deals: one entity a deal, and the desk that judges proposals.
 *
 * <ol>
 *   <li>A client's proposal comes to {@link io.granary.sharding.deal.LocalDealDesk} on any node. It
 *       collects what {@code DealRules} have to know, claims the signed proposal in the store, and
 *       sends terms and verdict to {@link io.granary.sharding.deal.DealEntity}.
 *   <li>The entity stores {@code DealProposed} and {@code DealAccepted} before it answers. What it
 *       was told before it answers again.
 *   <li>Accepted deals are told of every head: by {@link io.granary.sharding.deal.DealTicks}, from
 *       the node where the miner lives. What follows from a head, and from what comes back of a
 *       question, {@link io.granary.sharding.deal.DealDecisions} say.
 *   <li>{@link io.granary.sharding.deal.DealWork} asks outside what a state waits for: the
 *       transfer, the commitment, a sector, the chain. One question at a time; what was under way
 *       when an entity moved is begun anew.
 * </ol>
 */
@NullMarked
package io.granary.sharding.deal;

import org.jspecify.annotations.NullMarked;
