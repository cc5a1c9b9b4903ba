/** Whole stories on real parts: Cassandra, devnet, a node process, real proofs of 2 KiB sectors. */
@NullMarked
package io.granary.ops.scenario;

import org.jspecify.annotations.NullMarked;
