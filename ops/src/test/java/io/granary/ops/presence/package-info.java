/** Tests of being found on chain. */
@NullMarked
package io.granary.ops.presence;

import org.jspecify.annotations.NullMarked;
