/**
 * Storage deals: what is said about them on the wire, which are taken, and their life.
 *
 * <ol>
 *   <li>A stream carries one CBOR item without its length; {@link
 *       io.granary.protocol.cbor.CborScanner} finds its end, {@link
 *       io.granary.protocol.deal.WireLimits} bound it, and {@link
 *       io.granary.protocol.deal.DealParams}, {@link io.granary.protocol.deal.DealStatusRequest} or
 *       {@link io.granary.protocol.deal.AskRequest} read it. Proposal and signed proposal are those
 *       of {@link io.granary.protocol.actor.DealProposal}, where they are published from.
 *   <li>Whoever holds the stream collects {@link io.granary.protocol.deal.DealFacts} from the chain
 *       and asks {@link io.granary.protocol.deal.DealRules}, which the operator's {@link
 *       io.granary.protocol.deal.DealPolicy} steers. The {@link
 *       io.granary.protocol.deal.DealVerdict} has the answer for the client.
 *   <li>The deal lives as {@link io.granary.protocol.deal.DealState}, moved by {@link
 *       io.granary.protocol.deal.DealEvent}; {@link io.granary.protocol.deal.DealState#TABLE} is
 *       the one table of what leads where (docs/flows/deal.md).
 *   <li>{@link io.granary.protocol.deal.DealStatusView} tells the client how far it is.
 * </ol>
 *
 * <p>The wire forms are Boost's (filecoin-project/boost 2.5.2, storagemarket/types), field names
 * and order included.
 */
@NullMarked
package io.granary.protocol.deal;

import org.jspecify.annotations.NullMarked;
