package io.granary.bridge.libp2p.secure;

import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.bridge.libp2p.peer.PublicKey;
import java.util.Optional;

/**
 * Who is at the two ends of a secured connection. Also fired as a user event, before any decrypted
 * byte.
 *
 * @param remoteKey the key that {@code remote} is the hash of, proven by the handshake
 * @param earlyMuxer the muxer agreed on inside the handshake; when absent, the muxer is negotiated
 *     with multistream-select inside the secured channel
 */
public record SecureSession(
    PeerId local, PeerId remote, PublicKey remoteKey, Optional<String> earlyMuxer) {}
