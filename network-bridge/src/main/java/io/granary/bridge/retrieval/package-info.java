/**
 * Pieces and their blocks over HTTP, from unsealed copies.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.retrieval.PieceIndexer} goes over a piece as a CAR and writes down
 *       where each block lies; data that is no CAR has none.
 *   <li>{@link io.granary.bridge.retrieval.RetrievalServer} listens and hands each request to
 *       {@link io.granary.bridge.retrieval.RetrievalRoutes}.
 *   <li>{@link io.granary.bridge.retrieval.PieceAnswers} serves {@code /piece/{pieceCid}} with
 *       ranges.
 *   <li>{@link io.granary.bridge.retrieval.GatewayAnswers} is a trustless gateway: {@code
 *       /ipfs/{cid}[/path]} as a raw block or a CAR. {@link
 *       io.granary.bridge.retrieval.PieceBlocks} finds the blocks, and gives none that does not
 *       hash to its CID; {@link io.granary.bridge.retrieval.BlocksAhead} has those that come next
 *       read and hashed on threads of {@link io.granary.bridge.retrieval.BlockReaders}, neighbours
 *       together as an {@link io.granary.bridge.retrieval.Extent}, into the buffers they are sent
 *       from.
 *   <li>{@link io.granary.bridge.retrieval.PieceCopies} finds the copies of both, and has sealed
 *       pieces decoded where that is allowed: the client waits, or is told to ask again.
 *   <li>What is read often is sent out of a plain copy ({@link
 *       io.granary.bridge.retrieval.plain.PlainCopies}).
 *   <li>{@link io.granary.bridge.retrieval.Denylist} says what is not served.
 * </ol>
 */
@NullMarked
package io.granary.bridge.retrieval;

import org.jspecify.annotations.NullMarked;
