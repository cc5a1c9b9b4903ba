package io.granary.persistence.codec;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.util.Set;

/**
 * Turns the values of one root interface (a machine's events, or its states for snapshots) into
 * Protobuf bytes and back. Implementations are stateless, thread-safe and have a public constructor
 * without parameters. The frame around the bytes and its checksum are {@link JournalSerializer}'s.
 *
 * @param <T> the root interface
 */
public interface EventCodec<T> {
  /** The root interface; every value of it is this codec's, and no other codec's. */
  Class<T> type();

  /**
   * Every manifest this codec reads, those of older releases included. A manifest starts with a
   * lower-case letter and holds letters, digits, dots and hyphens, at most 64; it is unique over
   * all codecs and never reused with another meaning.
   */
  Set<String> manifests();

  /** The manifest {@code value} is written under, one of {@link #manifests}. */
  String manifest(T value);

  /** The Protobuf bytes of {@code value}, deterministic: equal values give equal bytes. */
  byte[] toBytes(T value);

  /**
   * Reads one value that fills {@code in} to its end, for example by {@code
   * ThingProto.parseFrom(in)}.
   *
   * @param manifest one of {@link #manifests}
   * @throws IOException when the bytes are no Protobuf message of that manifest
   * @throws IllegalArgumentException when a field's value is refused, for example by a record's
   *     constructor, or an enum or {@code oneof} is unset or unknown
   */
  T fromBytes(String manifest, CodedInputStream in) throws IOException;
}
