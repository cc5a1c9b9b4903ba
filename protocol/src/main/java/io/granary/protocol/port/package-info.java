/** Interfaces between the modules; ops joins each with its one implementation. */
@NullMarked
package io.granary.protocol.port;

import org.jspecify.annotations.NullMarked;
