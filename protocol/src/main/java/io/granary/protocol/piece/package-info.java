/**
 * Pieces of data and their commitments.
 *
 * <ol>
 *   <li>Data is expanded to field elements by {@link io.granary.protocol.piece.Fr32}, 127 bytes to
 *       128; the same expansion is what lies in an unsealed sector file.
 *   <li>{@link io.granary.protocol.piece.CommPDigest} hashes a tree over it as it streams by;
 *       {@link io.granary.protocol.piece.CommP} does so for a whole stream, on several cores if
 *       asked.
 *   <li>{@link io.granary.protocol.piece.SectorLayout} places pieces in a sector and gives its
 *       CommD; {@link io.granary.protocol.piece.ZeroPieces} knows the pieces of zeros in between.
 * </ol>
 */
@NullMarked
package io.granary.protocol.piece;

import org.jspecify.annotations.NullMarked;
