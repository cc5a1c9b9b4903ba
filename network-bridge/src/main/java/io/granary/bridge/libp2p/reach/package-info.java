/**
 * Whether others can reach this node: it keeps connections with peers that the operator names, and
 * asks those that offer it to dial it back (libp2p specs, autonat/autonat-v1.md). A round goes
 * through the peers, one after the other; what came of it is kept until the next.
 */
@NullMarked
package io.granary.bridge.libp2p.reach;

import org.jspecify.annotations.NullMarked;
