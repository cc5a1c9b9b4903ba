/**
 * Retrieval over what lies on this node's disks.
 *
 * <ol>
 *   <li>{@link io.granary.ops.retrieval.UnsealedPieces} knows which pieces have an unsealed copy
 *       here, and which could be decoded out of a replica here.
 *   <li>{@link io.granary.ops.retrieval.Retrieval} keeps it and the piece index up to date and runs
 *       the server.
 *   <li>{@link io.granary.ops.retrieval.PieceWants} knows what the deals of a piece want, and tells
 *       them how far it can be found; {@link io.granary.ops.retrieval.Advertising} keeps what
 *       indexers are told in step with both.
 *   <li>Where that is allowed, {@link io.granary.ops.retrieval.UnsealOnDemand} has a sealed piece
 *       decoded by the {@link io.granary.ops.retrieval.Decoder}, once for all who ask, and keeps it
 *       in the bounded {@link io.granary.ops.retrieval.PieceCache}, from which it is served.
 * </ol>
 */
@NullMarked
package io.granary.ops.retrieval;

import org.jspecify.annotations.NullMarked;
