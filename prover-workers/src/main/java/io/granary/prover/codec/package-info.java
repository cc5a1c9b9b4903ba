/**
 * The pool's messages as Protobuf. {@link io.granary.prover.codec.PoolSerializer} is bound to
 * {@link io.granary.prover.pool.PoolMessage} in reference.conf; {@link
 * io.granary.prover.codec.PoolCodec} maps the values inside.
 */
@NullMarked
package io.granary.prover.codec;

import org.jspecify.annotations.NullMarked;
