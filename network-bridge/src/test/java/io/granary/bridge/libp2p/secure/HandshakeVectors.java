package io.granary.bridge.libp2p.secure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code vectors/libp2p-handshakes.json}; the file names its sources. */
final class HandshakeVectors {
  private static final JsonNode ROOT = load();

  private HandshakeVectors() {}

  static byte[] noise(String name) {
    return Wire.hex(text("noise_transcript", name));
  }

  static byte[] multistream(String name) {
    return Wire.hex(text("multistream", name));
  }

  private static String text(String group, String name) {
    return Objects.requireNonNull(ROOT.get(group).get(name), name).asText();
  }

  private static JsonNode load() {
    try (InputStream in =
        HandshakeVectors.class.getResourceAsStream("/vectors/libp2p-handshakes.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, "libp2p-handshakes.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
