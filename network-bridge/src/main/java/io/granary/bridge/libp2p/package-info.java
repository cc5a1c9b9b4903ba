/**
 * Granary as a libp2p peer: what the rest of the bridge knows of it. {@link
 * io.granary.bridge.libp2p.P2pHost} listens and dials; who serves a protocol gives it a {@link
 * io.granary.bridge.libp2p.StreamHandler} and gets a {@link io.granary.bridge.libp2p.P2pStream} for
 * each request. The shape is that of jvm-libp2p's host, streams as places to push Netty handlers
 * to, so that an adapter for it fits behind the same port (ADR 18).
 *
 * <ol>
 *   <li>{@link io.granary.bridge.libp2p.host} opens connections and brings them up: negotiation and
 *       Noise from {@link io.granary.bridge.libp2p.secure}, streams from {@link
 *       io.granary.bridge.libp2p.yamux}, keys and addresses from {@link
 *       io.granary.bridge.libp2p.peer}.
 *   <li>{@link io.granary.bridge.libp2p.limit} counts what each peer, address and protocol has, and
 *       refuses what is over the limits.
 * </ol>
 */
@NullMarked
package io.granary.bridge.libp2p;

import org.jspecify.annotations.NullMarked;
