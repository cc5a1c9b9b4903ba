package io.granary.protocol.publish;

/**
 * Why a whole batch came to nothing.
 *
 * @param blamesDeals whether a deal in it may be the cause; otherwise the same deals go again
 */
public record PublishFailure(String reason, boolean blamesDeals) {}
