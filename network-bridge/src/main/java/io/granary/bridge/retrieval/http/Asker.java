package io.granary.bridge.retrieval.http;

import io.granary.protocol.Bytes;

/**
 * Who sent a request.
 *
 * @param address as fairness counts it: one IPv4 address or one IPv6 network of 56 bits
 * @param waited whether the request is answered anew after a {@link NotYetException}, and must be
 *     answered now
 */
public record Asker(Bytes address, boolean waited) {}
