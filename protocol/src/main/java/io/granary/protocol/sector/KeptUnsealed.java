package io.granary.protocol.sector;

import java.time.Instant;

/**
 * Why a sector still has an unsealed copy that nobody wants.
 *
 * @param notBefore before then it is not to be deleted
 */
public record KeptUnsealed(String reason, Instant notBefore) {}
