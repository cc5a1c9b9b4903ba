/**
 * Our libp2p host against peers of other makers: {@link
 * io.granary.bridge.libp2p.interop.PeerProcess} runs a js-libp2p or a go-libp2p program (their
 * sources are in {@code src/test/interop}), {@link io.granary.bridge.libp2p.interop.Services} is
 * what our host serves them, {@link io.granary.bridge.libp2p.interop.Calls} what it asks of theirs.
 * Each service is the same on both sides.
 */
@NullMarked
package io.granary.bridge.libp2p.interop;

import org.jspecify.annotations.NullMarked;
