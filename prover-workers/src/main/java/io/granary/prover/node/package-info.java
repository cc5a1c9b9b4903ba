/** Puts a node's part of the prover pool together. */
@NullMarked
package io.granary.prover.node;

import org.jspecify.annotations.NullMarked;
