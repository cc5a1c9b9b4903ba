package io.granary.bridge.libp2p.yamux;

/**
 * User event in the connection's pipeline: the peer takes no more streams. With code 0 those that
 * are open go on; any other code is followed by {@link SessionEnd}.
 *
 * @param code see {@link YamuxCodes}
 */
public record GoAwayReceived(long code) {}
