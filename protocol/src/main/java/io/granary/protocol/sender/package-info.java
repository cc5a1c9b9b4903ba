/** Outgoing messages of one address, as a pure state machine. */
@NullMarked
package io.granary.protocol.sender;

import org.jspecify.annotations.NullMarked;
