/** Reads the vector files row by row. */
@NullMarked
package io.granary.protocol.vector;

import org.jspecify.annotations.NullMarked;
