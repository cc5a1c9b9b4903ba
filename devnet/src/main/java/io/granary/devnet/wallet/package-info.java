/** The node's keys, one file each. */
@NullMarked
package io.granary.devnet.wallet;

import org.jspecify.annotations.NullMarked;
