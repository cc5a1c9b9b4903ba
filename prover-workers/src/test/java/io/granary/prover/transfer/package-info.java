@NullMarked
package io.granary.prover.transfer;

import org.jspecify.annotations.NullMarked;
