/** What seal and PoSt proofs are made over, and the names of their parameter files. */
@NullMarked
package io.granary.protocol.proof;

import org.jspecify.annotations.NullMarked;
