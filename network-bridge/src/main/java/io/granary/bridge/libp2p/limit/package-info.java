/**
 * What may be open at once, after go-libp2p's resource manager: a connection or stream is counted
 * in each scope it is in (the node, its address, its peer, its protocol) and refused where one is
 * full. Who is refused loses that connection or stream, nobody else's.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.libp2p.limit.Resources#accept} or {@link
 *       io.granary.bridge.libp2p.limit.Resources#dial} gives a connection its slot.
 *   <li>{@link io.granary.bridge.libp2p.limit.ConnectionSlot#upgraded} moves it to its peer, once
 *       that is proven.
 *   <li>{@link io.granary.bridge.libp2p.limit.ConnectionSlot#stream} and {@link
 *       io.granary.bridge.libp2p.limit.StreamSlot#agreed} count its streams.
 *   <li>Closing a slot gives everything back; closing it twice changes nothing.
 * </ol>
 */
@NullMarked
package io.granary.bridge.libp2p.limit;

import org.jspecify.annotations.NullMarked;
