/**
 * Who peers are, and where.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.libp2p.peer.PublicKey} is what a peer shows in a handshake. It
 *       checks itself when it is read; {@code SignatureScheme} does the four kinds of signatures.
 *   <li>{@link io.granary.bridge.libp2p.peer.PeerId} is the hash of the key, and the name everybody
 *       uses for the peer.
 *   <li>{@link io.granary.bridge.libp2p.peer.Identity} is our own key, kept in a file that only its
 *       owner may read ({@code IdentityFile}).
 *   <li>{@link io.granary.bridge.libp2p.peer.Multiaddr} is where a peer is reached. Its parts are
 *       read by {@code MultiaddrCodec}; what each may be is {@link
 *       io.granary.bridge.libp2p.peer.MultiaddrProtocol}, the form of its value {@code PartValue}.
 *   <li>{@link io.granary.bridge.libp2p.peer.PeerRecord} is what a peer says of its own addresses,
 *       in a {@link io.granary.bridge.libp2p.peer.SignedEnvelope}: identify carries it.
 * </ol>
 *
 * <p>Everything from outside that is refused is a {@link
 * io.granary.bridge.libp2p.peer.PeerFormatException} that says which part is wrong.
 */
@NullMarked
package io.granary.bridge.libp2p.peer;

import org.jspecify.annotations.NullMarked;
