/** Messages, blocks, randomness and deadlines against outside vectors. */
@NullMarked
package io.granary.protocol.chain;

import org.jspecify.annotations.NullMarked;
