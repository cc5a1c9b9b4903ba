package io.granary.bridge.libp2p.secure;

/**
 * User event: both sides agreed. It reaches the handlers that follow before any byte of the
 * protocol does.
 */
public record MultistreamAgreed(String protocol) {}
