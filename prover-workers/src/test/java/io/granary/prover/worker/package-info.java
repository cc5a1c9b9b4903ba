@NullMarked
package io.granary.prover.worker;

import org.jspecify.annotations.NullMarked;
