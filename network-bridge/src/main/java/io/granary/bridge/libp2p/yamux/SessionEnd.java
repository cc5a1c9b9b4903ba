package io.granary.bridge.libp2p.yamux;

import java.util.Optional;

/**
 * User event in the connection's pipeline, once, when its session ends.
 *
 * @param code of the go away that was received or sent, see {@link YamuxCodes}
 * @param byPeer whether the peer ended it, by go away or by closing the connection
 * @param cause what was wrong, empty for an ordinary end
 */
public record SessionEnd(long code, boolean byPeer, Optional<Throwable> cause) {}
