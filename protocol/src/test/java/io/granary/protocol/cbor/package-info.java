/** Strict CBOR, on every type that has a form. */
@NullMarked
package io.granary.protocol.cbor;

import org.jspecify.annotations.NullMarked;
