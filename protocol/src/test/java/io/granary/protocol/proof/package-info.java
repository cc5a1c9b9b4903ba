/** Proof identities and file names against outside vectors. */
@NullMarked
package io.granary.protocol.proof;

import org.jspecify.annotations.NullMarked;
