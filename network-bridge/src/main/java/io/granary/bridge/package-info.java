/**
 * What connects Granary to networks outside its cluster: the chain node client in {@link
 * io.granary.bridge.chain} and the libp2p host in {@link io.granary.bridge.libp2p}; CAR files for
 * the deals and the retrieval to come in {@link io.granary.bridge.car}.
 */
@NullMarked
package io.granary.bridge;

import org.jspecify.annotations.NullMarked;
