@NullMarked
package io.granary.prover;

import org.jspecify.annotations.NullMarked;
