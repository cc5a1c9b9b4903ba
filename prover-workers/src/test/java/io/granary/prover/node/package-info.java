@NullMarked
package io.granary.prover.node;

import org.jspecify.annotations.NullMarked;
