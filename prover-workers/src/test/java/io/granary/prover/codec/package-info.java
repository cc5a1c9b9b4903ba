@NullMarked
package io.granary.prover.codec;

import org.jspecify.annotations.NullMarked;
