/**
 * Strict deterministic CBOR.
 *
 * <ol>
 *   <li>{@link io.granary.protocol.cbor.CborScanner} finds the end of an item that arrives without
 *       its length.
 *   <li>{@link io.granary.protocol.cbor.CborReader} reads it, {@link
 *       io.granary.protocol.cbor.CborFields} the members of a map; every refusal is a {@link
 *       io.granary.protocol.cbor.CborException}.
 *   <li>{@link io.granary.protocol.cbor.CborWriter} writes.
 * </ol>
 */
@NullMarked
package io.granary.protocol.cbor;

import org.jspecify.annotations.NullMarked;
