package io.granary.bridge.car;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CARs of clients. */
class CarReaderFuzzTest {
  /** The reader's buffer and the first part of a section, for each of three readings. */
  private static final long FIXED_BYTES = 16 << 20;

  /** All of a CAR. */
  private record Whole(CarReader reader, List<CarReader.Section> sections) {}

  @FuzzTest
  void isReadScannedAndWrittenAlike_whenAccepted(byte[] input) {
    Optional<Whole> read =
        Parsing.of(
            input.length, FIXED_BYTES, () -> read(input, BlockCheck.NONE), CarException.class);
    List<CarScan.Entry> rows = new ArrayList<>();
    Optional<CarScan.Summary> scanned =
        Parsing.of(
            input.length,
            FIXED_BYTES,
            () -> {
              rows.clear();
              return CarScan.scan(
                  new ByteArrayInputStream(input), CarLimits.DEFAULT, BlockCheck.NONE, rows::add);
            },
            CarException.class);
    assertThat(scanned.isPresent()).isEqualTo(read.isPresent());
    read.ifPresent(whole -> check(whole, scanned.orElseThrow(), rows, input));
    Parsing.of(input.length, FIXED_BYTES, () -> read(input, BlockCheck.ALL), CarException.class)
        .ifPresent(
            whole ->
                assertThat(whole.sections())
                    .allMatch(s -> BlockHash.matches(s.block().cid(), s.block().data())));
  }

  private static void check(
      Whole whole, CarScan.Summary summary, List<CarScan.Entry> rows, byte[] input) {
    assertThat(summary.sections()).isEqualTo(whole.sections().size());
    assertThat(summary.version()).isEqualTo(whole.reader().version());
    assertThat(summary.roots()).isEqualTo(whole.reader().roots());
    assertThat(summary.endOffset()).isBetween(0L, (long) input.length);
    assertThat(rows.size()).isLessThanOrEqualTo(whole.sections().size());
    for (CarScan.Entry row : rows) {
      assertThat(row.dataOffset() + row.dataBytes()).isBetween(0L, (long) input.length);
    }
    assertThat(rewritten(whole)).isEqualTo(whole.sections().stream().map(s -> s.block()).toList());
  }

  private static Whole read(byte[] input, BlockCheck check) throws IOException {
    CarReader reader = CarReader.open(new ByteArrayInputStream(input), CarLimits.DEFAULT, check);
    List<CarReader.Section> sections = new ArrayList<>();
    for (Optional<CarReader.Section> next = reader.next(); next.isPresent(); next = reader.next()) {
      sections.add(next.get());
    }
    return new Whole(reader, sections);
  }

  private static List<Block> rewritten(Whole whole) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      CarWriter writer = new CarWriter(out, whole.reader().roots());
      for (CarReader.Section section : whole.sections()) {
        assertThat(writer.write(section.block())).isPositive();
      }
      Whole again = read(out.toByteArray(), BlockCheck.NONE);
      assertThat(again.reader().roots()).isEqualTo(whole.reader().roots());
      return again.sections().stream().map(CarReader.Section::block).toList();
    } catch (IOException e) {
      throw new AssertionError("in memory", e);
    }
  }
}
