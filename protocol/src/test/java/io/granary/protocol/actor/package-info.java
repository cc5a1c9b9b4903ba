/** Actor parameters against outside vectors and recorded messages. */
@NullMarked
package io.granary.protocol.actor;

import org.jspecify.annotations.NullMarked;
