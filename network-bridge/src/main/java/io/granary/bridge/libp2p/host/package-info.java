/**
 * The libp2p host on Netty, TCP, Noise and yamux.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.libp2p.host.NettyHost} listens and dials. {@code
 *       ConnectionUpgrade} brings each socket up: multistream-select for {@code /noise}, the
 *       handshake, then yamux, agreed inside the handshake or by one more negotiation; all within
 *       the upgrade limit.
 *   <li>A connection that is up becomes a {@code Connection} in the table of its peer, and asks the
 *       peer who it is ({@code Identify}).
 *   <li>Each stream that a peer opens negotiates its protocol and is handed to the {@link
 *       io.granary.bridge.libp2p.StreamHandler} that serves it; a stream that we open goes the
 *       other way.
 *   <li>A socket, connection or stream holds a slot of {@link io.granary.bridge.libp2p.limit} as
 *       long as it is open.
 * </ol>
 *
 * <p>What belongs to one connection lives on that connection's event loop.
 */
@NullMarked
package io.granary.bridge.libp2p.host;

import org.jspecify.annotations.NullMarked;
