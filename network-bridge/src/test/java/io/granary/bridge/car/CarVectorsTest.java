package io.granary.bridge.car;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.vector.VectorRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CarVectorsTest {
  private static final JsonNode FILE = VectorRows.file("market-car");

  @Test
  void vectorFileHoldsNothingElse() {
    List<String> names = new ArrayList<>();
    FILE.fieldNames().forEachRemaining(names::add);
    assertThat(names).containsExactly("sources", "carv2_pragma", "carv1-basic", "carv2-basic");
    assertThat(FILE.required("carv2_pragma").asText())
        .isEqualTo("0a" + CarHeader.V2_PRAGMA.toHex());
  }

  private static byte[] bytes(String fixture) {
    return Bytes.fromHex(FILE.required(fixture).required("hex").asText()).toArray();
  }

  private static JsonNode description(String fixture) {
    return FILE.required(fixture).required("description");
  }

  @ParameterizedTest
  @ValueSource(strings = {"carv1-basic", "carv2-basic"})
  void readsRootsAndBlocksWithTheirOffsets_whenFixture(String fixture) throws IOException {
    CarReader reader = Cars.open(bytes(fixture), BlockCheck.ALL);
    JsonNode header = description(fixture).required("header");
    assertThat(reader.version()).isEqualTo(header.required("version").intValue());
    assertThat(reader.roots()).isEqualTo(cids(header.required("roots")));
    JsonNode blocks = description(fixture).required("blocks");
    List<CarReader.Section> sections = Cars.sections(reader);
    assertThat(sections).hasSize(blocks.size());
    for (int i = 0; i < blocks.size(); i++) {
      JsonNode block = blocks.get(i);
      CarReader.Section section = sections.get(i);
      assertThat(section.block().cid()).isEqualTo(cid(block.required("cid")));
      assertThat(section.offset()).isEqualTo(block.required("offset").longValue());
      assertThat(section.length()).isEqualTo(block.required("length").intValue());
      assertThat(section.dataOffset()).isEqualTo(block.required("blockOffset").longValue());
      assertThat(section.block().data().length())
          .isEqualTo(block.required("blockLength").intValue());
    }
  }

  @Test
  void readsTheHeaderOfVersion2_whenFixture() throws IOException {
    JsonNode header = description("carv2-basic").required("header");
    assertThat(Cars.open(bytes("carv2-basic"), BlockCheck.ALL).v2())
        .contains(
            new CarV2Header(
                false,
                header.required("dataOffset").longValue(),
                header.required("dataSize").longValue(),
                header.required("indexOffset").longValue()));
  }

  @Test
  void writesTheSameBytes_whenVersion1Fixture() throws IOException {
    byte[] car = bytes("carv1-basic");
    CarReader reader = Cars.open(car, BlockCheck.ALL);
    List<Block> blocks = Cars.sections(reader).stream().map(CarReader.Section::block).toList();
    assertThat(Cars.car(reader.roots(), blocks)).isEqualTo(car);
  }

  @ParameterizedTest
  @ValueSource(strings = {"carv1-basic", "carv2-basic"})
  void scanTellsTheSameOffsets_whenFixture(String fixture) throws IOException {
    List<CarScan.Entry> entries = new ArrayList<>();
    CarScan.Summary summary =
        CarScan.scan(
            new ByteArrayInputStream(bytes(fixture)),
            CarLimits.DEFAULT,
            BlockCheck.ALL,
            entries::add);
    List<CarScan.Entry> expected = new ArrayList<>();
    for (JsonNode block : description(fixture).required("blocks")) {
      expected.add(
          new CarScan.Entry(
              cid(block.required("cid")).multihash(),
              block.required("offset").longValue(),
              block.required("blockOffset").longValue(),
              block.required("blockLength").intValue()));
    }
    assertThat(entries).isEqualTo(expected);
    assertThat(summary.sections()).isEqualTo(expected.size());
    assertThat(summary.padded()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"carv1-basic", "carv2-basic"})
  void givesEachBlock_whenFixtureIsAFile(String fixture, @TempDir Path folder) throws IOException {
    byte[] car = bytes(fixture);
    Path file = Files.write(folder.resolve("fixture.car"), car);
    try (CarFileBlocks blocks = CarFileBlocks.open(file, CarLimits.DEFAULT, BlockCheck.ALL, 100)) {
      for (JsonNode block : description(fixture).required("blocks")) {
        int from = block.required("blockOffset").intValue();
        byte[] expected =
            Arrays.copyOfRange(car, from, from + block.required("blockLength").intValue());
        assertThat(blocks.block(cid(block.required("cid")))).contains(Bytes.of(expected));
      }
      assertThat(blocks.block(Cars.raw("absent").cid())).isEmpty();
    }
  }

  private static List<Cid> cids(JsonNode links) {
    List<Cid> cids = new ArrayList<>();
    links.forEach(link -> cids.add(cid(link)));
    return cids;
  }

  private static Cid cid(JsonNode link) {
    return Cid.parse(link.required("/").asText());
  }
}
