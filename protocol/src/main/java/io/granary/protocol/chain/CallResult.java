package io.granary.protocol.chain;

import io.granary.protocol.cid.Cid;

/**
 * What a simulated message would do.
 *
 * @param messageCid the CID of {@code message}
 * @param message as it was executed: the node fills in nonce and gas limit
 * @param error empty when it would succeed
 * @param durationNanos wall time the node spent
 */
public record CallResult(
    Cid messageCid, Message message, Receipt receipt, String error, long durationNanos) {}
