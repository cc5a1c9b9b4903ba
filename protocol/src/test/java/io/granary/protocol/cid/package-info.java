/** CIDs against outside vectors and random input. */
@NullMarked
package io.granary.protocol.cid;

import org.jspecify.annotations.NullMarked;
