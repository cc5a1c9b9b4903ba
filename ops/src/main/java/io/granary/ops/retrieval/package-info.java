/**
 * Retrieval over what lies on the disks of this node and of the others.
 *
 * <ol>
 *   <li>{@link io.granary.ops.retrieval.OtherNodes} asks the others what they have; {@link
 *       io.granary.ops.retrieval.HeldFiles} puts that and this node's together, {@link
 *       io.granary.ops.retrieval.SectorContents} tells what is in a sector, {@link
 *       io.granary.ops.retrieval.ChainEnds} which have ended.
 *   <li>{@link io.granary.ops.retrieval.UnsealedPieces} knows from them which pieces have an
 *       unsealed copy, and which could be decoded out of a replica. A copy on another node is a
 *       {@link io.granary.ops.retrieval.FarCopy}.
 *   <li>{@link io.granary.ops.retrieval.Retrieval} keeps it and the piece index up to date and runs
 *       the server.
 *   <li>{@link io.granary.ops.retrieval.PieceWants} knows what the deals of a piece want, and tells
 *       them how far it can be found; {@link io.granary.ops.retrieval.Advertising} keeps what
 *       indexers are told in step with both.
 *   <li>Where that is allowed, {@link io.granary.ops.retrieval.UnsealOnDemand} has a sealed piece
 *       decoded by the {@link io.granary.ops.http.Decoder}, once for all who ask, and keeps it in
 *       the bounded {@link io.granary.ops.retrieval.PieceCache}, from which it is served.
 * </ol>
 */
@NullMarked
package io.granary.ops.retrieval;

import org.jspecify.annotations.NullMarked;
