/** The life of a sector as a pure state machine. */
@NullMarked
package io.granary.protocol.sector;

import org.jspecify.annotations.NullMarked;
