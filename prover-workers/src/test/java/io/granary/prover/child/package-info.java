@NullMarked
package io.granary.prover.child;

import org.jspecify.annotations.NullMarked;
