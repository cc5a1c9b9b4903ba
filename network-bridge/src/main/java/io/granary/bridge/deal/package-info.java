/**
 * What clients ask over libp2p streams about deals, and the answers.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.deal.DealEndpoint} serves the protocols on a {@link
 *       io.granary.bridge.libp2p.P2pHost} and says what each asks and answers.
 *   <li>A stream is one request and one answer. {@link io.granary.bridge.deal.RequestStream} reads
 *       the request as it comes, asks the desk and writes the answer, each within a time limit.
 *       {@link io.granary.bridge.deal.LastWord} ends the stream so that the answer is not lost.
 *   <li>{@link io.granary.bridge.deal.RequestPool} bounds what is under way: requests of a peer, of
 *       all, and turns at the desk. While requests wait for a turn, new streams are not read.
 *   <li>Behind the desk ({@link io.granary.protocol.port.DealDesk}) are the deals themselves; which
 *       thread it is asked on is the caller's to say.
 * </ol>
 *
 * <p>Protocols and wire forms are Boost's (filecoin-project/boost 2.5.2, storagemarket/lp2pimpl,
 * retrievalmarket/lp2pimpl).
 */
@NullMarked
package io.granary.bridge.deal;

import org.jspecify.annotations.NullMarked;
