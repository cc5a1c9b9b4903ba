/** Deals on a node: proposed by our own client over libp2p, fetched over HTTP. */
@NullMarked
package io.granary.ops.deal;

import org.jspecify.annotations.NullMarked;
