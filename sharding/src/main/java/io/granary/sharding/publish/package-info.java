/**
 * The publisher of a provider's market deals: one entity a provider.
 *
 * <ol>
 *   <li>Each verified deal asks it with each head, by {@link
 *       io.granary.sharding.publish.PublisherCommand.Ask}, and takes its place in the queue so.
 *   <li>When enough wait, or the first has waited long enough, {@link
 *       io.granary.sharding.publish.PublishCheck} reads facts at one head, chooses by {@code
 *       PublishRules}, and lets the chain simulate the message.
 *   <li>What both find good becomes a batch: {@code BatchRequested} is persisted, then the intent
 *       goes to the sender, with each head again until it lands.
 *   <li>The receipt says which deals the chain has. Once it lies deep that counts: what it left out
 *       waits again, a failed batch goes in two halves, a deal that fails alone is refused.
 *   <li>What deals lack of the provider's collateral {@link
 *       io.granary.sharding.publish.EscrowKeeper} may add to its escrow, in the same way: event,
 *       intent, outcome.
 *   <li>Deals that are active and have a price tell it what they are to be paid; {@link
 *       io.granary.sharding.publish.SettleKeeper} has the market pay for many in one message, again
 *       in the same way, and tells them.
 *   <li>The deals hear it when they ask. A batch is forgotten when each of its deals knows.
 * </ol>
 */
@NullMarked
package io.granary.sharding.publish;

import org.jspecify.annotations.NullMarked;
