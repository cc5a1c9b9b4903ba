/** One proving deadline's run per proving period, as a pure state machine. */
@NullMarked
package io.granary.protocol.deadline;

import org.jspecify.annotations.NullMarked;
