package io.granary.protocol.chain;

/** The node's version text, its API version number and its block delay in seconds. */
public record NodeVersion(String version, long apiVersion, long blockDelaySeconds) {}
