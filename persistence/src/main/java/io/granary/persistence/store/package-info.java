/**
 * The ports of {@code io.granary.protocol.port} that the store implements: the sector read model,
 * the fences around spending and blocks, the book of deals, pieces with their index, deals and
 * chain of advertisements, and the reader of histories. All share the one driver session of the
 * process, so that its limits hold for all together.
 */
@NullMarked
package io.granary.persistence.store;

import org.jspecify.annotations.NullMarked;
