/**
 * Publication of market deals, without a process around it.
 *
 * <ol>
 *   <li>Verified deals of a provider wait in {@link io.granary.protocol.publish.PublisherState}.
 *   <li>{@link io.granary.protocol.publish.PublishRules} say which of them the market would take
 *       now, each against what those before it leave of escrow and DataCap.
 *   <li>The good ones become a batch, one message of it, by {@link
 *       io.granary.protocol.publish.PublishMessages}; the intent is an event before anything is
 *       sent.
 *   <li>{@link io.granary.protocol.publish.PublishOutcome} reads the receipt. It takes effect once
 *       it lies deep: what was dropped waits again, a batch that failed is cut in two.
 *   <li>What the good ones lack of the provider's money is an {@link
 *       io.granary.protocol.publish.EscrowShortage}; what was added is in the {@link
 *       io.granary.protocol.publish.EscrowBook}.
 *   <li>What the provider is to be paid for active deals is in the {@link
 *       io.granary.protocol.publish.PaymentBook}; {@link
 *       io.granary.protocol.publish.PaymentOutcome} reads what a settlement brought.
 *   <li>A deal that asks is told its {@link io.granary.protocol.publish.PublicationStanding}.
 * </ol>
 */
@NullMarked
package io.granary.protocol.publish;

import org.jspecify.annotations.NullMarked;
