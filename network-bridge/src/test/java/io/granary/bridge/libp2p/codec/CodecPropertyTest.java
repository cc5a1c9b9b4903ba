package io.granary.bridge.libp2p.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Base58;
import io.granary.protocol.Bytes;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CodecPropertyTest {
  private static final int MAX = 400;

  @Property
  void textReadsBack_inEveryBase(@ForAll @Size(max = 60) byte[] value) {
    Bytes bytes = Bytes.of(value);
    Base64.Encoder padded = Base64.getEncoder();
    for (String text :
        List.of(
            Multibase.base32(bytes),
            Multibase.base36(bytes),
            Multibase.base64url(bytes),
            'z' + Base58.encode(bytes),
            'f' + bytes.toHex(),
            'M' + padded.encodeToString(value),
            'm' + padded.withoutPadding().encodeToString(value))) {
      assertThat(Multibase.decode(text, MAX, "text")).isEqualTo(bytes);
    }
  }

  @Property
  void base36IsTheNumber_whenTheFirstByteIsNotZero(@ForAll @Size(min = 1, max = 60) byte[] value) {
    value[0] |= 1;
    assertThat(Multibase.base36(Bytes.of(value)))
        .isEqualTo('k' + new BigInteger(1, value).toString(36));
  }

  @Property
  void whatIsReadWritesBack_orIsRefused(@ForAll @Size(max = 30) String text) {
    try {
      Bytes value = Multibase.base58(text, MAX, "text");
      assertThat(Base58.encode(value)).isEqualTo(text);
    } catch (CodecException e) {
      assertThat(e).hasMessageStartingWith("text: ");
    }
    try {
      assertThat(Multibase.decode(text, MAX, "text").length()).isLessThanOrEqualTo(text.length());
    } catch (CodecException e) {
      assertThat(e).hasMessageStartingWith("text: ");
    }
  }

  @Property
  void fieldsReadBack(
      @ForAll @IntRange(min = 1, max = (1 << 29) - 1) int field,
      @ForAll long number,
      @ForAll @Size(max = 300) byte[] value) {
    byte[] written = new ProtoWriter().varint(field, number).bytes(field, value).toBytes();
    ProtoReader in = new ProtoReader(written, "thing");
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(field);
    assertThat(in.varint()).isEqualTo(number);
    assertThat(in.next()).isTrue();
    assertThat(in.field()).isEqualTo(field);
    assertThat(in.bytes(value.length)).isEqualTo(value);
    assertThat(in.next()).isFalse();
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 60) byte[] value) {
    ProtoReader in = new ProtoReader(value, "thing");
    try {
      int fields = 0;
      while (in.next()) {
        fields++;
      }
      assertThat(fields).isLessThanOrEqualTo(value.length);
    } catch (CodecException e) {
      assertThat(e).hasMessageStartingWith("thing: ");
    }
  }
}
