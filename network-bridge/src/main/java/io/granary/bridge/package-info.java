/**
 * What connects Granary to networks outside its cluster: the chain node client in {@link
 * io.granary.bridge.chain} and the libp2p host in {@link io.granary.bridge.libp2p}; what clients
 * ask about deals over its streams in {@link io.granary.bridge.deal}, their data fetched in {@link
 * io.granary.bridge.transfer}; CAR files in {@link io.granary.bridge.car}.
 */
@NullMarked
package io.granary.bridge;

import org.jspecify.annotations.NullMarked;
