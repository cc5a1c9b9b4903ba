/**
 * What the state machines share: a table of allowed transitions that checks each step as it is
 * taken, and draws itself.
 */
@NullMarked
package io.granary.protocol.machine;

import org.jspecify.annotations.NullMarked;
