package io.granary.protocol.cbor;

/** Reads one value from where a reader stands. */
@FunctionalInterface
public interface CborDecoder<T> {
  T read(CborReader reader);
}
