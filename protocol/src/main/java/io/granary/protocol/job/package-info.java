/** What the prover pool is asked for and what it answers. */
@NullMarked
package io.granary.protocol.job;

import org.jspecify.annotations.NullMarked;
