/** A miner's sector numbers and sectors in motion, as a pure state machine. */
@NullMarked
package io.granary.protocol.miner;

import org.jspecify.annotations.NullMarked;
