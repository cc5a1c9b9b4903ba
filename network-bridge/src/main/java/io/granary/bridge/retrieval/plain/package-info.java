/**
 * Plain copies of pieces that are read often, for the kernel to send.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.retrieval.plain.PlainCopies} counts in {@link
 *       io.granary.bridge.retrieval.plain.Demand} what is read of each piece.
 *   <li>A piece that was read often enough is copied by {@link
 *       io.granary.bridge.retrieval.plain.Filling}, one at a time, and becomes a {@link
 *       io.granary.bridge.retrieval.plain.PlainFile} when its commitment is the piece's.
 *   <li>Who is to get the piece from then on gets a {@link
 *       io.granary.bridge.retrieval.plain.PlainBody}, whose parts are parts of the file; who reads
 *       blocks of it reads a {@link io.granary.bridge.retrieval.plain.PlainStream}.
 *   <li>What has not been read for longest makes room; what is to be served no longer goes at once.
 * </ol>
 */
@NullMarked
package io.granary.bridge.retrieval.plain;

import org.jspecify.annotations.NullMarked;
