package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.DisabledJavaSerializer.JavaSerializationException;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.protocol.SectorId;
import io.granary.protocol.wire.SectorIdProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JournalSerializerTest {
  private static final NoteEvent NOTED = new NoteEvent.Noted(SectorId.of(1000, 7));
  private static final NoteEvent WRITTEN = new NoteEvent.Written("line");

  private static ActorTestKit testKit;
  private static Serialization serialization;

  private final JournalSerializer serializer =
      new JournalSerializer(new JournalCodecs(List.of(new NoteEventCodec())));

  @BeforeAll
  static void start() {
    Config own =
        ConfigFactory.parseString(
            "granary.persistence.codecs = [\"" + NoteEventCodec.class.getName() + "\"]");
    Config config = CodecSettings.from(own).bindings().withFallback(own);
    testKit = ActorTestKit.create(config.withFallback(ConfigFactory.load()).resolve());
    serialization = SerializationExtension.get(Adapter.toClassic(testKit.system()));
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void akkaBindsEventsToTheSerializer_whenTheirRootIsConfigured() throws Exception {
    for (NoteEvent event : List.of(NOTED, WRITTEN)) {
      JournalSerializer found = (JournalSerializer) serialization.findSerializerFor(event);
      byte[] bytes = serialization.serialize(event).get();
      assertThat(
              serialization
                  .deserialize(bytes, JournalSerializer.IDENTIFIER, found.manifest(event))
                  .get())
          .isEqualTo(event);
    }
  }

  @Test
  void akkaRefusesClass_whenItHasNoBinding() {
    assertThatThrownBy(() -> serialization.serialize(new Unbound("x")).get())
        .isInstanceOf(JavaSerializationException.class);
  }

  @Test
  void refusesManifest_whenUnknown() {
    assertThatThrownBy(() -> serializer.fromBinary(serializer.toBinary(NOTED), "note.Erased"))
        .isInstanceOf(JournalDecodeException.class)
        .hasMessageContaining("\"note.Erased\"")
        .hasMessageContaining("[note.Noted, note.Written]");
  }

  @Test
  void refusesBytes_whenAnyBitIsFlipped() {
    byte[] good = serializer.toBinary(NOTED);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] damaged = good.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> serializer.fromBinary(damaged, NoteEventCodec.NOTED))
          .as("bit %d", bit)
          .isInstanceOf(JournalDecodeException.class)
          .hasMessageContaining("\"note.Noted\", offset ");
    }
  }

  @Test
  void refusesBytes_whenCutAnywhereOrExtended() {
    byte[] good = serializer.toBinary(NOTED);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> serializer.fromBinary(cut, NoteEventCodec.NOTED))
          .as("length %d", length)
          .isInstanceOf(JournalDecodeException.class);
    }
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> serializer.fromBinary(longer, NoteEventCodec.NOTED))
        .isInstanceOf(JournalDecodeException.class);
  }

  @Test
  void refusesBytes_whenStoredUnderAnotherKnownManifest() {
    assertThatThrownBy(() -> serializer.fromBinary(serializer.toBinary(NOTED), "note.Written"))
        .isInstanceOf(JournalDecodeException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void namesTheOffset_whenPayloadIsNoMessageThoughItsChecksumFits() {
    byte[] payload = {0x08, 0x05, 0x10}; // field 2 begins and ends nowhere
    assertThatThrownBy(
            () -> serializer.fromBinary(frame(NoteEventCodec.NOTED, payload), "note.Noted"))
        .isInstanceOfSatisfying(
            JournalDecodeException.class, e -> assertThat(e.offset()).isEqualTo(5 + 3));
  }

  @Test
  void refusesValue_whenRecordRefusesIt() {
    assertThatThrownBy(
            () -> serializer.fromBinary(frame(NoteEventCodec.WRITTEN, new byte[0]), "note.Written"))
        .isInstanceOf(JournalDecodeException.class)
        .hasMessageContaining("line: empty");
  }

  @Test
  void readsWhatItKnows_whenNewerReleaseAddedAField() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(SectorIdProto.newBuilder().setMiner(1000).setNumber(7).build().toByteArray());
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(99, "from a newer release");
    out.flush();
    assertThat(
            serializer.fromBinary(
                frame(NoteEventCodec.NOTED, bytes.toByteArray()), NoteEventCodec.NOTED))
        .isEqualTo(NOTED);
  }

  @Test
  void refusesCodecs_whenTheyClaimTheSameManifestOrType() {
    assertThatThrownBy(() -> new JournalCodecs(List.of(new NoteEventCodec(), new NoteEventCodec())))
        .hasMessageContaining("claimed by both");
    assertThatThrownBy(() -> new JournalCodecs(List.of(new NoteEventCodec(), new AnyCodec())))
        .hasMessageContaining("type " + NoteEvent.class.getName());
  }

  @Test
  void namesKeyAndClass_whenConfiguredCodecCannotBeMade() {
    Config config = ConfigFactory.parseString("granary.persistence.codecs = [java.lang.String]");
    assertThatThrownBy(() -> CodecSettings.from(config))
        .hasMessageContaining("granary.persistence.codecs")
        .hasMessageContaining("java.lang.String");
  }

  private static byte[] frame(String manifest, byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(manifest.getBytes(StandardCharsets.UTF_8));
    crc.update(payload);
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) 1)
        .putInt((int) crc.getValue())
        .put(payload)
        .array();
  }

  private record Unbound(String value) implements java.io.Serializable {}

  private static final class AnyCodec implements EventCodec<Object> {
    @Override
    public Class<Object> type() {
      return Object.class;
    }

    @Override
    public Set<String> manifests() {
      return Set.of("any");
    }

    @Override
    public String manifest(Object value) {
      return "any";
    }

    @Override
    public byte[] toBytes(Object value) {
      return new byte[0];
    }

    @Override
    public Object fromBytes(String manifest, CodedInputStream in) {
      return "";
    }
  }
}
