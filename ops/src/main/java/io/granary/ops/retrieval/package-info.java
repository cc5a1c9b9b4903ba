/**
 * Retrieval over what lies on this node's disks: {@link io.granary.ops.retrieval.UnsealedPieces}
 * knows which pieces have an unsealed copy here, {@link io.granary.ops.retrieval.Retrieval} keeps
 * it and the piece index up to date and runs the server.
 */
@NullMarked
package io.granary.ops.retrieval;

import org.jspecify.annotations.NullMarked;
