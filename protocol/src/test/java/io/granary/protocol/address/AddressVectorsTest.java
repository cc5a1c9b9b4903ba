package io.granary.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.vector.VectorRows;
import io.granary.protocol.vector.VectorRows.Row;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AddressVectorsTest {
  static Stream<Row> rows() {
    return VectorRows.of("addresses");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agrees_withRow(Row row) {
    switch (row.section()) {
      case "addresses" -> {
        Bytes bytes = Bytes.fromHex(row.text("bytes"));
        Address address = Address.parse(row.text("testnet"));
        assertThat(address.bytes()).isEqualTo(bytes);
        assertThat(Address.parse(row.text("mainnet"))).isEqualTo(address);
        assertThat(Address.fromBytes(bytes).toText('t')).isEqualTo(row.text("testnet"));
        assertThat(address).hasToString(row.text("mainnet"));
        Bytes cbor = Bytes.fromHex(row.text("cbor"));
        assertThat(new CborWriter().address(address).toBytes()).isEqualTo(cbor);
        Address decoded = CborReader.decode(cbor, "address", reader -> reader.address(""));
        assertThat(decoded).isEqualTo(address);
      }
      case "secp256k1_pubkey65_to_f1" ->
          assertMade(Address.ofSecp256k1Key(Bytes.fromHex(row.text("input_hex"))), row);
      case "actor_input_to_f2" ->
          assertMade(Address.ofActor(Bytes.fromHex(row.text("input_hex"))), row);
      case "bls_pubkey48_to_f3" ->
          assertMade(Address.ofBlsKey(Bytes.fromHex(row.text("input_hex"))), row);
      case "eth_to_f4" -> {
        Address address = Address.ofEthereum(Bytes.fromHex(row.text("eth").substring(2)));
        assertThat(address).hasToString(row.text("f4"));
        assertThat(address.bytes().toHex()).isEqualTo(row.text("bytes"));
      }
      case "invalid_strings" ->
          assertThatThrownBy(() -> Address.parse(row.text("string")))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("address");
      case "invalid_bytes" ->
          assertThatThrownBy(() -> Address.fromBytes(Bytes.fromHex(row.text("bytes"))))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("address");
      default -> fail("no check for " + row);
    }
  }

  private static void assertMade(Address address, Row row) {
    assertThat(address.payload().toHex()).isEqualTo(row.text("payload_hex"));
    assertThat(address.toText('t')).isEqualTo(row.text("testnet"));
  }
}
