/** Pieces, commitments and CommP. */
@NullMarked
package io.granary.protocol.piece;

import org.jspecify.annotations.NullMarked;
