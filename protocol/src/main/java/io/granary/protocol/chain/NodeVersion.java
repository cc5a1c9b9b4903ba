package io.granary.protocol.chain;

/**
 * What a node says of itself.
 *
 * @param version free text
 * @param apiVersion major &lt;&lt; 16 | minor &lt;&lt; 8 | patch
 * @param blockDelaySeconds seconds of an epoch
 * @param agent the name of the node software
 */
public record NodeVersion(String version, long apiVersion, long blockDelaySeconds, String agent) {}
