/** Addresses against outside vectors and random input. */
@NullMarked
package io.granary.protocol.address;

import org.jspecify.annotations.NullMarked;
