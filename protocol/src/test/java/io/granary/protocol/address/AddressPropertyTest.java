package io.granary.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class AddressPropertyTest {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567ft0189";

  @Provide
  Arbitrary<Address> addresses() {
    Arbitrary<Address> ids = Arbitraries.longs().greaterOrEqual(0).map(Address::ofId);
    Arbitrary<Address> actors = bytes(0, 100).map(Address::ofActor);
    Arbitrary<Address> keys = bytes(48, 48).map(Address::ofBlsKey);
    Arbitrary<Address> secp = bytes(65, 65).map(Address::ofSecp256k1Key);
    Arbitrary<Address> delegated =
        Combinators.combine(Arbitraries.longs().greaterOrEqual(0), bytes(0, 54))
            .as(Address::ofDelegated);
    return Arbitraries.oneOf(ids, actors, keys, secp, delegated);
  }

  private static Arbitrary<Bytes> bytes(int min, int max) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(min).ofMaxSize(max).map(Bytes::of);
  }

  @Property
  void roundTrips_asTextAndBytes(@ForAll("addresses") Address address) {
    assertThat(Address.parse(address.toString())).isEqualTo(address);
    assertThat(Address.parse(address.toText('t'))).isEqualTo(address);
    assertThat(Address.fromBytes(address.bytes())).isEqualTo(address);
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenTextIsChanged(
      @ForAll("addresses") Address address,
      @ForAll @IntRange(max = 114) int position,
      @ForAll @IntRange(max = 37) int letter) {
    StringBuilder text = new StringBuilder(address.toString());
    text.setCharAt(position % text.length(), ALPHABET.charAt(letter));
    assertStrict(text.toString());
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenTextIsCut(
      @ForAll("addresses") Address address, @ForAll @IntRange(max = 114) int length) {
    String text = address.toString();
    assertStrict(text.substring(0, length % text.length()));
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenAnyText(@ForAll String text) {
    assertStrict(text);
  }

  private static void assertStrict(String text) {
    try {
      Address parsed = Address.parse(text);
      assertThat(parsed.toText(text.charAt(0))).isEqualTo(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("address");
    }
  }

  @Property
  void isRefusedOrReadsBackTheSame_whenAnyBytes(@ForAll @Size(max = 70) byte[] bytes) {
    try {
      Address address = Address.fromBytes(Bytes.of(bytes));
      assertThat(Address.parse(address.toString()).bytes()).isEqualTo(Bytes.of(bytes));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("address");
    }
  }

  @Property
  void givesItsActor_whenIdAddress(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long id) {
    assertThat(Address.ofId(id).idOf()).contains(new ActorId(id));
    assertThat(Address.ofId(id)).hasToString("f0" + id);
  }

  @Property
  void givesNoActor_whenKeyAddress(@ForAll @Size(48) byte[] key) {
    Address address = Address.ofBlsKey(Bytes.of(key));
    assertThat(address.idOf()).isEmpty();
    assertThatThrownBy(address::requireId).hasMessageContaining("expected an f0 address");
  }
}
