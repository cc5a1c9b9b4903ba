package io.granary.protocol.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.ParamsCodecs;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.vector.Recorded;
import io.granary.protocol.vector.VectorRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * What holds for every type with a CBOR form: bytes are read only if the value writes the very same
 * bytes, and everything else is refused with the field and the offset, never with another kind of
 * error.
 */
class CborStrictnessPropertyTest {
  private static final List<Encoded> ENCODINGS = encodings();

  /** Bytes of a type, and how they are read. */
  private static final class Encoded {
    final String name;
    final Bytes cbor;
    final Function<Bytes, ? extends CborEncodable> reader;

    Encoded(String name, Bytes cbor, Function<Bytes, ? extends CborEncodable> reader) {
      this.name = name;
      this.cbor = cbor;
      this.reader = reader;
    }

    @Override
    public String toString() {
      return name + " " + cbor;
    }
  }

  private static List<Encoded> encodings() {
    List<Encoded> all = new ArrayList<>();
    for (JsonNode row : VectorRows.file("cbor_params").required("params")) {
      String method = row.required("actor").asText() + "." + row.required("method").asText();
      all.add(
          new Encoded(
              method, Bytes.fromHex(row.required("cbor").asText()), ParamsCodecs.reader(method)));
    }
    for (JsonNode row : VectorRows.file("messages").required("unsigned")) {
      all.add(
          new Encoded(
              "Message", Bytes.fromHex(row.required("hex_cbor").asText()), Message::fromCbor));
    }
    for (JsonNode row : VectorRows.file("block_headers").required("headers")) {
      all.add(
          new Encoded(
              "BlockHeader",
              Bytes.fromHex(row.required("cbor_hex").asText()),
              BlockHeader::fromCbor));
    }
    Recorded.folder("messages")
        .filter(file -> file.content().has("signed_message_cbor_hex"))
        .forEach(
            file ->
                all.add(
                    new Encoded(
                        "SignedMessage",
                        Bytes.fromHex(file.content().required("signed_message_cbor_hex").asText()),
                        SignedMessage::fromCbor)));
    return all;
  }

  @Provide
  Arbitrary<Encoded> encoded() {
    return Arbitraries.of(ENCODINGS);
  }

  @Property(tries = 3000)
  void isRefusedOrReadsBackTheSame_whenBitsAreFlipped(
      @ForAll("encoded") Encoded encoded,
      @ForAll @IntRange(max = 1 << 20) int first,
      @ForAll @IntRange(max = 1 << 20) int second) {
    byte[] bytes = encoded.cbor.toArray();
    // Most positions near the start, where the structure is.
    flip(bytes, first % Math.min(bytes.length * 8, 400));
    assertStrict(encoded, Bytes.of(bytes));
    flip(bytes, second % (bytes.length * 8));
    assertStrict(encoded, Bytes.of(bytes));
  }

  private static void flip(byte[] bytes, int bit) {
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
  }

  @Property(tries = 2000)
  void isRefused_whenCut(
      @ForAll("encoded") Encoded encoded, @ForAll @IntRange(max = 1 << 20) int length) {
    Bytes cut = Bytes.of(encoded.cbor.toArray(), 0, length % encoded.cbor.length());
    assertThatThrownBy(() -> encoded.reader.apply(cut)).isInstanceOf(CborException.class);
  }

  @Property(tries = 500)
  void isRefused_whenSomethingFollows(
      @ForAll("encoded") Encoded encoded, @ForAll @Size(min = 1, max = 9) byte[] more) {
    Bytes longer = Bytes.concat(encoded.cbor, Bytes.of(more));
    assertThatThrownBy(() -> encoded.reader.apply(longer))
        .isInstanceOf(CborException.class)
        .hasMessageContaining(more.length + " bytes after the end")
        .extracting(e -> ((CborException) e).offset())
        .isEqualTo(encoded.cbor.length());
  }

  @Property(tries = 3000)
  void isRefusedOrReadsBackTheSame_whenAnyBytes(
      @ForAll("encoded") Encoded encoded, @ForAll @Size(max = 64) byte[] bytes) {
    assertStrict(encoded, Bytes.of(bytes));
  }

  private static void assertStrict(Encoded encoded, Bytes bytes) {
    try {
      assertThat(encoded.reader.apply(bytes).toCbor()).isEqualTo(bytes);
    } catch (CborException e) {
      assertThat(e.field()).isNotEmpty();
      assertThat(e.offset()).isBetween(0, bytes.length());
      assertThat(e).hasMessageStartingWith(e.field() + ": ");
    }
  }

  @Property
  void roundTrips_whenNumber(@ForAll long number) {
    Bytes signed = new CborWriter().int64(number).toBytes();
    long read = CborReader.decode(signed, "number", r -> r.int64(""));
    assertThat(read).isEqualTo(number);
    Bytes unsigned = new CborWriter().uint64(number).toBytes();
    long readUnsigned = CborReader.decode(unsigned, "number", r -> r.uint64(""));
    assertThat(readUnsigned).isEqualTo(number);
  }

  @Property
  void roundTrips_whenTextOrBytes(@ForAll String text, @ForAll byte[] bytes) {
    // Halves of surrogate pairs have no UTF-8 form; Java writes them as question marks.
    String encodable = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    Bytes cbor = new CborWriter().text(encodable).toBytes();
    String read = CborReader.decode(cbor, "text", r -> r.text("", 100_000));
    assertThat(read).isEqualTo(encodable);
    Bytes cborBytes = new CborWriter().bytes(Bytes.of(bytes)).toBytes();
    Bytes readBytes = CborReader.decode(cborBytes, "bytes", r -> r.bytes("", 100_000));
    assertThat(readBytes).isEqualTo(Bytes.of(bytes));
  }
}
