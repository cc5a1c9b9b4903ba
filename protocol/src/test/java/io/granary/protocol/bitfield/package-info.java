/** Bit fields against outside vectors and random input. */
@NullMarked
package io.granary.protocol.bitfield;

import org.jspecify.annotations.NullMarked;
