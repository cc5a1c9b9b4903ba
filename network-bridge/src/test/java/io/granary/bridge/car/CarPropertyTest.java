package io.granary.bridge.car;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CarPropertyTest {
  private static final CarLimits SMALL = new CarLimits(4096, 4096);

  @Provide
  Arbitrary<List<Block>> blocks() {
    Arbitrary<Bytes> data = Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Bytes::of);
    Arbitrary<Block> block =
        Arbitraries.oneOf(
            data.map(Cars::raw),
            data.map(Cars::blake2b),
            data.filter(bytes -> bytes.length() <= 100).map(Cars::identity));
    return block.list().ofMaxSize(12);
  }

  @Property(tries = 300)
  void readsBackWhatWasWritten(@ForAll("blocks") List<Block> blocks) throws IOException {
    List<Cid> roots = blocks.stream().map(Block::cid).limit(3).toList();
    byte[] car = Cars.car(roots, blocks);
    CarReader reader = Cars.open(car, BlockCheck.ALL);
    assertThat(reader.roots()).isEqualTo(roots);
    long at = Cars.car(roots, List.of()).length;
    for (Block block : blocks) {
      CarReader.Section section = reader.next().orElseThrow();
      assertThat(section.block()).isEqualTo(block);
      assertThat(section.offset()).isEqualTo(at);
      at += section.length();
    }
    assertThat(reader.next()).isEmpty();
    assertThat(at).isEqualTo(car.length);
  }

  /** Longer than the reader's buffer, and from a stream that gives as little as it likes. */
  @Property(tries = 60)
  void readsAllBlocks_whenTheCarIsLongAndComesInSmallParts(
      @ForAll @IntRange(min = 1, max = 70_000) int partBytes,
      @ForAll @IntRange(min = 0, max = 700) int blockBytes)
      throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      byte[] data = new byte[blockBytes + i % 37];
      Arrays.fill(data, (byte) i);
      blocks.add(Cars.raw(Bytes.of(data)));
    }
    byte[] car = Cars.car(List.of(), blocks);
    CarReader reader = CarReader.open(new Dribble(car, partBytes), SMALL, BlockCheck.ALL);
    assertThat(Cars.sections(reader)).extracting(CarReader.Section::block).isEqualTo(blocks);
    CarScan.Summary summary =
        CarScan.scan(new Dribble(car, partBytes), SMALL, BlockCheck.ALL, entry -> {});
    assertThat(summary.endOffset()).isEqualTo(car.length);
  }

  /** Gives at most so many bytes a read. */
  private static final class Dribble extends ByteArrayInputStream {
    private final int partBytes;

    Dribble(byte[] bytes, int partBytes) {
      super(bytes);
      this.partBytes = partBytes;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, partBytes));
    }
  }

  @Property(tries = 300)
  void scanAgreesWithTheReader(@ForAll("blocks") List<Block> blocks) throws IOException {
    byte[] car = Cars.car(List.of(), blocks);
    List<CarScan.Entry> scanned = new ArrayList<>();
    CarScan.Summary summary =
        CarScan.scan(
            new ByteArrayInputStream(car), CarLimits.DEFAULT, BlockCheck.ALL, scanned::add);
    List<CarScan.Entry> read = new ArrayList<>();
    CarReader reader = Cars.open(car, BlockCheck.ALL);
    for (CarReader.Section section : Cars.sections(reader)) {
      Cid cid = section.block().cid();
      if (cid.multihashCode() != Cid.IDENTITY) {
        read.add(
            new CarScan.Entry(
                cid.multihash(),
                section.offset(),
                section.dataOffset(),
                section.block().data().length()));
      }
    }
    assertThat(scanned).isEqualTo(read);
    assertThat(summary.endOffset()).isEqualTo(car.length);
  }

  @Property(tries = 2000)
  void isReadOrRefused_whenAnyBytes(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
    assertReadOrRefused(bytes);
  }

  @Property(tries = 2000)
  void isReadOrRefused_whenABytesIsChanged(
      @ForAll("blocks") List<Block> blocks,
      @ForAll @IntRange(max = 3000) int at,
      @ForAll byte value)
      throws IOException {
    byte[] car = Cars.car(blocks.stream().map(Block::cid).limit(2).toList(), blocks);
    car[at % car.length] = value;
    assertReadOrRefused(car);
  }

  /** Either every block is what its CID says, or the reader says where it is not. */
  private static void assertReadOrRefused(byte[] car) throws IOException {
    try {
      CarReader reader = CarReader.open(new ByteArrayInputStream(car), SMALL, BlockCheck.ALL);
      for (Optional<CarReader.Section> next = reader.next();
          next.isPresent();
          next = reader.next()) {
        Block block = next.get().block();
        assertThat(BlockHash.matches(block.cid(), block.data())).isTrue();
        assertThat(next.get().length()).isLessThanOrEqualTo(car.length);
      }
    } catch (CarException e) {
      assertThat(e.offset()).isBetween(0L, (long) car.length);
      assertThat(e).hasMessageStartingWith("CAR offset " + e.offset());
    }
  }
}
