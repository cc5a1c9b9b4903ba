/** RLE+ bit fields. */
@NullMarked
package io.granary.protocol.bitfield;

import org.jspecify.annotations.NullMarked;
