/**
 * What connects Granary to networks outside its cluster: today the chain node client in {@link
 * io.granary.bridge.chain}; later libp2p, deals and retrieval.
 */
@NullMarked
package io.granary.bridge;

import org.jspecify.annotations.NullMarked;
