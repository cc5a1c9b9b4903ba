package io.granary.protocol.chain;

/** What a simulated message would do: its receipt, and the error text when it fails. */
public record CallResult(Receipt receipt, String error) {}
