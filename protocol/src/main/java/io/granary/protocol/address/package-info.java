/** Filecoin addresses f0 to f4. */
@NullMarked
package io.granary.protocol.address;

import org.jspecify.annotations.NullMarked;
