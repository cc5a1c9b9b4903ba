package io.granary.bridge.libp2p.secure;

/** User event: no protocol was agreed on; the channel is being closed. */
public record MultistreamFailed(NegotiationException reason) {}
