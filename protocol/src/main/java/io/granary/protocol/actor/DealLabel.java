package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.nio.charset.StandardCharsets;

/**
 * What a client calls a deal: text or bytes, at most 256 bytes (go-state-types builtin/v18/market,
 * DealLabel).
 */
public sealed interface DealLabel extends CborEncodable {
  /** The longest label (builtin-actors market policy, DEAL_MAX_LABEL_SIZE). */
  int MAX_BYTES = 256;

  /** A label that is text. */
  record Text(String value) implements DealLabel {
    public Text {
      requireShort(value.getBytes(StandardCharsets.UTF_8).length);
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.text(value);
    }
  }

  /** A label that is bytes. */
  record Binary(Bytes value) implements DealLabel {
    public Binary {
      requireShort(value.length());
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.bytes(value);
    }
  }

  /** Reads the value where a reader stands. */
  static DealLabel readFrom(CborReader reader) {
    return reader.nextIsBytes()
        ? new Binary(reader.bytes("", MAX_BYTES))
        : new Text(reader.text("", MAX_BYTES));
  }

  private static void requireShort(int length) {
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "deal label: at most " + MAX_BYTES + " bytes, got " + length);
    }
  }
}
