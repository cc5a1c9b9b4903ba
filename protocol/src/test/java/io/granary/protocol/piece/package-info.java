/** Fr32, CommP and CommD against outside vectors. */
@NullMarked
package io.granary.protocol.piece;

import org.jspecify.annotations.NullMarked;
