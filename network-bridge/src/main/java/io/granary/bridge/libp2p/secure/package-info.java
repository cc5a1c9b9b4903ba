/**
 * Who is there and what do we speak: multistream-select and the Noise handshake, as Netty handlers.
 *
 * <ol>
 *   <li>A new connection gets a {@link io.granary.bridge.libp2p.secure.MultistreamListener} or a
 *       {@link io.granary.bridge.libp2p.secure.MultistreamDialer} that agrees on {@code /noise}.
 *   <li>{@link io.granary.bridge.libp2p.secure.NoiseHandshake} proves both identities and may agree
 *       on a muxer on the way. It gives a {@link io.granary.bridge.libp2p.secure.SecureSession} and
 *       leaves a codec behind that encrypts all that follows.
 *   <li>When the muxer was not agreed on early, the multistream handlers do it inside the secured
 *       channel; and they do it again at the start of every stream, for its protocol.
 * </ol>
 *
 * <p>Each step is bounded in bytes, tries and time ({@link
 * io.granary.bridge.libp2p.secure.NegotiationLimits}, {@link
 * io.granary.bridge.libp2p.secure.HandshakeLimits}), ends once, closes the channel when it fails,
 * and says why in a {@link io.granary.bridge.libp2p.secure.SecureChannelException}. All of it runs
 * on the channel's event loop.
 */
@NullMarked
package io.granary.bridge.libp2p.secure;

import org.jspecify.annotations.NullMarked;
