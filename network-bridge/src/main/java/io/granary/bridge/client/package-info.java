/**
 * A data owner's side of deals, without a cluster, with any provider that speaks Boost's protocols.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.client.ClientChain} asks the chain where a provider is; {@link
 *       io.granary.bridge.client.ProviderLink} asks the provider: ask, proposal, status,
 *       transports.
 *   <li>{@link io.granary.bridge.client.Payload} makes a file or folder, encrypted when that is
 *       wanted, into a CAR and its commitment; {@link io.granary.bridge.client.ProposalDraft} makes
 *       the terms, a {@link io.granary.bridge.client.DealSigner} signs them.
 *   <li>{@link io.granary.bridge.client.DealRun} keeps the deal in the {@link
 *       io.granary.bridge.client.DealBook}, serves the CAR by {@link
 *       io.granary.bridge.client.CarServer}, proposes, and follows the deal. Whether it is active
 *       the chain says ({@link io.granary.bridge.client.DealOnChain}). {@link
 *       io.granary.bridge.client.MarketFunds} puts into escrow what it costs.
 *   <li>{@link io.granary.bridge.client.Retrieval} fetches it back and believes nothing that it has
 *       not verified.
 * </ol>
 *
 * <p>All of it blocks and is for the threads of a command line. What a person can act on is a
 * {@link io.granary.bridge.client.ClientException}.
 */
@NullMarked
package io.granary.bridge.client;

import org.jspecify.annotations.NullMarked;
