package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a client calls a deal: text or bytes (go-state-types builtin/v18/market, DealLabel). The
 * chain takes at most {@link #MAX_BYTES} bytes, and text only as UTF-8; what breaks that can be
 * read and refused with its reason.
 */
public sealed interface DealLabel extends CborEncodable {
  /** The longest label (builtin-actors market policy, DEAL_MAX_LABEL_SIZE). */
  int MAX_BYTES = 256;

  /** The longest label that is read at all (cbor-gen, MaxLength). */
  int READ_MAX_BYTES = 8192;

  /** The length in bytes. */
  int length();

  /** A label that is text. */
  record Text(String value) implements DealLabel {
    public Text {
      requireReadable(value.getBytes(StandardCharsets.UTF_8).length);
    }

    @Override
    public int length() {
      return value.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.text(value);
    }
  }

  /** A label that is bytes. */
  record Binary(Bytes value) implements DealLabel {
    public Binary {
      requireReadable(value.length());
    }

    @Override
    public int length() {
      return value.length();
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.bytes(value);
    }
  }

  /** A text whose bytes are no UTF-8: the market actor refuses it (lotus itests do the same). */
  record BrokenText(Bytes value) implements DealLabel {
    public BrokenText {
      requireReadable(value.length());
      if (utf8(value).isPresent()) {
        throw new IllegalArgumentException("deal label: is valid UTF-8");
      }
    }

    @Override
    public int length() {
      return value.length();
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.textBytes(value);
    }
  }

  /** Reads the value where a reader stands. */
  static DealLabel readFrom(CborReader reader) {
    if (reader.nextIsBytes()) {
      return new Binary(reader.bytes("", READ_MAX_BYTES));
    }
    Bytes text = reader.textBytes("", READ_MAX_BYTES);
    Optional<String> valid = utf8(text);
    return valid.isPresent() ? new Text(valid.get()) : new BrokenText(text);
  }

  private static Optional<String> utf8(Bytes bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toArray())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static void requireReadable(int length) {
    if (length > READ_MAX_BYTES) {
      throw new IllegalArgumentException(
          "deal label: at most " + READ_MAX_BYTES + " bytes, got " + length);
    }
  }
}
