/** Strict deterministic CBOR. */
@NullMarked
package io.granary.protocol.cbor;

import org.jspecify.annotations.NullMarked;
