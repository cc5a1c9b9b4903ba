/**
 * SHA-256 of several messages at once, one in each lane of the processor's vectors, and Merkle
 * trees by it. The only package that uses the incubating module {@code jdk.incubator.vector}: its
 * classes may be loaded only where that module is in the boot layer, and it is compiled on its own
 * (ADR 10).
 */
@NullMarked
package io.granary.protocol.piece.lanes;

import org.jspecify.annotations.NullMarked;
