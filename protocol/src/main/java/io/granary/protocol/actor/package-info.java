/** Parameters and returns of actor methods. */
@NullMarked
package io.granary.protocol.actor;

import org.jspecify.annotations.NullMarked;
