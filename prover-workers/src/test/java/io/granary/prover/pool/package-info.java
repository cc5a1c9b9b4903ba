@NullMarked
package io.granary.prover.pool;

import org.jspecify.annotations.NullMarked;
