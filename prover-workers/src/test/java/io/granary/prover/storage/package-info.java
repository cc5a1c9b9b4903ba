@NullMarked
package io.granary.prover.storage;

import org.jspecify.annotations.NullMarked;
