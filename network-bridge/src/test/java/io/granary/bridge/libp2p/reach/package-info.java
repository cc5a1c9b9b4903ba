/** Tests of whether others reach this node. */
@NullMarked
package io.granary.bridge.libp2p.reach;

import org.jspecify.annotations.NullMarked;
