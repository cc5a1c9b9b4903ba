package io.granary.protocol.chain;

/** A message and its signature by {@code message.from()}. */
public record SignedMessage(Message message, Signature signature) {}
