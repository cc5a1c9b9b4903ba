package io.granary.persistence.codec;

import akka.actor.ExtendedActorSystem;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The one serializer of the journal: format byte {@value #FORMAT}, CRC-32C over manifest and
 * payload (4 bytes, big-endian), payload of the value's {@link EventCodec}. Protobuf alone does not
 * notice a flipped bit inside a number or a byte string; the checksum does.
 *
 * <p>Akka makes it, from the {@code akka.actor.serializers} entry of {@link
 * CodecSettings#bindings}. Thread-safe.
 */
public final class JournalSerializer extends SerializerWithStringManifest {
  /** Never changes: it is stored beside every event. */
  static final int IDENTIFIER = 0x67726e79;

  static final byte FORMAT = 1;
  static final int HEADER_BYTES = 5;

  private final JournalCodecs codecs;

  /** Called by Akka. */
  public JournalSerializer(ExtendedActorSystem system) {
    this(new JournalCodecs(CodecSettings.from(system.settings().config()).codecs()));
  }

  JournalSerializer(JournalCodecs codecs) {
    this.codecs = codecs;
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    return manifestOf(codecs.forValue(value), value);
  }

  private static <T> String manifestOf(EventCodec<T> codec, Object value) {
    String manifest = codec.manifest(codec.type().cast(value));
    if (!codec.manifests().contains(manifest)) {
      throw new IllegalStateException(
          codec.getClass().getName() + " writes manifest " + manifest + " but does not list it");
    }
    return manifest;
  }

  @Override
  public byte[] toBinary(Object value) {
    return frame(codecs.forValue(value), value);
  }

  private static <T> byte[] frame(EventCodec<T> codec, Object value) {
    T typed = codec.type().cast(value);
    byte[] payload = codec.toBytes(typed);
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .put(FORMAT)
        .putInt(checksum(codec.manifest(typed), payload, 0))
        .put(payload)
        .array();
  }

  /**
   * Reads what {@link #toBinary} wrote.
   *
   * @throws JournalDecodeException when the manifest is unknown or the bytes are damaged
   */
  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    EventCodec<?> codec =
        codecs
            .forManifest(manifest)
            .orElseThrow(
                () ->
                    new JournalDecodeException(
                        manifest,
                        0,
                        "this release reads no such manifest, only " + codecs.manifests()));
    if (bytes.length < HEADER_BYTES) {
      throw new JournalDecodeException(
          manifest, bytes.length, "ends within the header of " + HEADER_BYTES + " bytes");
    }
    if (bytes[0] != FORMAT) {
      throw new JournalDecodeException(manifest, 0, "format byte is " + bytes[0] + ", not 1");
    }
    int stored = ByteBuffer.wrap(bytes).getInt(1);
    int actual = checksum(manifest, bytes, HEADER_BYTES);
    if (stored != actual) {
      throw new JournalDecodeException(
          manifest,
          1,
          String.format(
              "damaged: checksum %08x stored, %08x computed over %d bytes",
              stored, actual, bytes.length - HEADER_BYTES));
    }
    return read(codec, manifest, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
  }

  private static Object read(EventCodec<?> codec, String manifest, byte[] payload) {
    CodedInputStream in = CodedInputStream.newInstance(payload);
    Object value;
    try {
      value = codec.fromBytes(manifest, in);
      if (!in.isAtEnd()) {
        throw new JournalDecodeException(
            manifest, HEADER_BYTES + in.getTotalBytesRead(), "bytes left over");
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new JournalDecodeException(
          manifest, HEADER_BYTES + in.getTotalBytesRead(), String.valueOf(e.getMessage()), e);
    }
    return value;
  }

  private static int checksum(String manifest, byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(manifest.getBytes(StandardCharsets.UTF_8));
    crc.update(bytes, offset, bytes.length - offset);
    return (int) crc.getValue();
  }
}
