package io.granary.bridge.car;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarReaderTest {
  private static final Block HELLO = Cars.raw("hello");
  private static final byte[] CAR = Cars.car(List.of(HELLO.cid()), List.of(HELLO));
  private static final int HEADER = Cars.car(List.of(HELLO.cid()), List.of()).length;

  private static byte[] join(byte[]... parts) {
    Bytes[] all = Arrays.stream(parts).map(Bytes::of).toArray(Bytes[]::new);
    return Bytes.concat(all).toArray();
  }

  private static ThrowingCallable reading(byte[] car, BlockCheck check) {
    return () -> assertThat(Cars.sections(Cars.open(car, check))).isEmpty();
  }

  private static void assertRefused(byte[] car, long offset, String problem) {
    assertThatThrownBy(reading(car, BlockCheck.ALL))
        .isInstanceOfSatisfying(CarException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessageContaining(problem);
  }

  @Test
  void acceptsEveryKnownHash_whenBlocksAreTheirCids() {
    List<Block> blocks =
        List.of(
            HELLO,
            Cars.blake2b(Bytes.fromHex("a0")),
            Cars.identity(Bytes.fromHex("0102")),
            new Block(Cid.v0(Sha256.hash(Bytes.empty())), Bytes.empty()));
    assertThat(Cars.blocks(Cars.car(List.of(), blocks))).isEqualTo(blocks);
  }

  @Test
  void namesTheBlockAndItsOffset_whenBytesAreNotTheCids() {
    byte[] car = CAR.clone();
    car[car.length - 1] ^= 1;
    assertRefused(car, HEADER + 37, "bytes do not hash to block " + HELLO.cid());
  }

  @Test
  void refusesAWrongIdentityBlock_whenLongerOrShorterThanItsCid() {
    Cid two = Cid.of(Cid.RAW, Cid.IDENTITY, Bytes.fromHex("0102"));
    for (String data : List.of("", "01", "0103", "010203")) {
      byte[] car = Cars.car(List.of(), List.of(new Block(two, Bytes.fromHex(data))));
      assertThatThrownBy(reading(car, BlockCheck.KNOWN)).hasMessageContaining("do not hash");
    }
  }

  @Test
  void dependsOnTheCheck_whenTheHashIsUnknown() throws IOException {
    Cid poseidon = Cid.of(Cid.RAW, Cid.POSEIDON_BLS12_381_A2_FC1, HELLO.cid().digest());
    byte[] car = Cars.car(List.of(), List.of(new Block(poseidon, HELLO.data())));
    assertThat(Cars.sections(Cars.open(car, BlockCheck.KNOWN))).hasSize(1);
    assertThatThrownBy(reading(car, BlockCheck.ALL))
        .hasMessageContaining("unknown hash function 0xb401");
  }

  @Test
  void refusesACutDigest_whenSha256OfFewerBytes() {
    Cid cut = Cid.of(Cid.RAW, Cid.SHA2_256, HELLO.cid().digest().slice(0, 16));
    byte[] car = Cars.car(List.of(), List.of(new Block(cut, HELLO.data())));
    assertThatThrownBy(reading(car, BlockCheck.KNOWN)).hasMessageContaining("do not hash");
  }

  @Test
  void endsAtAZeroLength_whenThePieceIsPadded() throws IOException {
    CarReader reader = Cars.open(join(CAR, new byte[100]), BlockCheck.ALL);
    assertThat(Cars.sections(reader)).hasSize(1);
    assertThat(reader.endedByPadding()).isTrue();
    assertThat(reader.next()).isEmpty();
  }

  @Test
  void refusesTheInput_whenCutAtAnyByte() {
    for (int length = 0; length < CAR.length; length++) {
      if (length != HEADER) {
        byte[] cut = Arrays.copyOf(CAR, length);
        assertThatThrownBy(reading(cut, BlockCheck.ALL))
            .as("cut at %d", length)
            .isInstanceOf(CarException.class);
      }
    }
  }

  @Test
  void refusesASection_whenLongerThanAllowed() {
    byte[] length = Varint.encode((32 << 20) + 1).toArray();
    assertRefused(
        join(Arrays.copyOf(CAR, HEADER), length), HEADER, "section of 33554433 bytes, allowed");
  }

  @Test
  void refusesAHeader_whenLongerThanAllowedOrNoHeader() {
    assertRefused(Varint.encode((1 << 20) + 1).toArray(), 0, "header of 1048577 bytes");
    assertRefused(new byte[] {0}, 0, "header of 0 bytes");
    assertRefused(new byte[] {1, (byte) 0xa0}, 1, "map of roots and version");
    assertRefused(new byte[0], 0, "varint cut short");
    byte[] version3 = CAR.clone();
    version3[HEADER - 1] = 3;
    assertThatThrownBy(reading(version3, BlockCheck.ALL))
        .isInstanceOf(CarException.class)
        .hasMessageContaining("version must be 1, got 3");
  }

  @Test
  void readsTheHeader_whenItsKeysStandTheOtherWay() throws IOException {
    Bytes members = Bytes.fromHex("a2" + "6776657273696f6e01" + "65726f6f747380");
    byte[] car = Bytes.concat(Varint.encode(members.length()), members).toArray();
    assertThat(Cars.open(car, BlockCheck.ALL).roots()).isEmpty();
  }

  @Test
  void refusesASection_whenItDoesNotStartWithACid() {
    assertRefused(
        join(Arrays.copyOf(CAR, HEADER), new byte[] {2, 9, 9}),
        HEADER,
        "section does not start with a CID");
  }

  private static byte[] v2(long dataOffset, long dataBytes, long indexOffset, byte[] rest) {
    ByteBuffer header = ByteBuffer.allocate(51).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 10).put(CarHeader.V2_PRAGMA.toArray());
    header.putLong(27, dataOffset).putLong(35, dataBytes).putLong(43, indexOffset);
    return join(header.array(), rest);
  }

  @Test
  void readsOnlyThePayload_whenVersion2HasGapAndIndex() throws IOException {
    byte[] index = Bytes.fromHex("8108ffffffffffff").toArray();
    byte[] car = v2(60, CAR.length, 60 + CAR.length, join(new byte[9], CAR, index));
    CarReader reader = Cars.open(car, BlockCheck.ALL);
    assertThat(reader.payloadOffset()).isEqualTo(60);
    assertThat(Cars.sections(reader))
        .extracting(CarReader.Section::offset)
        .containsExactly(60L + HEADER);
  }

  @Test
  void refusesVersion2_whenItsOffsetsMakeNoSense() {
    assertRefused(v2(50, 100, 0, CAR), 27, "data offset 50");
    assertRefused(v2(-1, 100, 0, CAR), 27, "data offset 18446744073709551615");
    assertRefused(v2(51, 3, 0, CAR), 35, "data size 3");
    assertRefused(v2(51, Long.MAX_VALUE, 0, CAR), 35, "data size");
    assertRefused(v2(51, CAR.length, 60, CAR), 43, "index offset 60 in the data");
    assertRefused(v2(1L << 40, CAR.length, 0, CAR), 51, "early");
    assertRefused(v2(51, CAR.length - 1L, 0, CAR), 51 + HEADER + 37, "early");
  }

  @Test
  void refusesVersion2_whenItsPayloadIsVersion2() {
    byte[] inner = v2(51, CAR.length, 0, CAR);
    assertRefused(v2(51, inner.length, 0, inner), 52, "map of roots and version");
  }

  @Test
  void leavesOutIdentity_whenScanned() throws IOException {
    byte[] car = Cars.car(List.of(), List.of(Cars.identity(Bytes.fromHex("01")), HELLO, HELLO));
    List<CarScan.Entry> entries = new ArrayList<>();
    CarScan.Summary summary =
        CarScan.scan(
            new ByteArrayInputStream(join(car, new byte[8])),
            CarLimits.DEFAULT,
            BlockCheck.NONE,
            entries::add);
    assertThat(entries)
        .extracting(CarScan.Entry::multihash)
        .containsExactly(HELLO.cid().multihash(), HELLO.cid().multihash());
    assertThat(summary).isEqualTo(new CarScan.Summary(1, List.of(), 3, 11, car.length, true));
  }

  @Test
  void refusesTheFile_whenItHasMoreBlocksThanAllowed(@TempDir Path folder) throws IOException {
    List<Block> blocks = List.of(HELLO, HELLO, Cars.raw("b"), Cars.raw("c"));
    Path file = Files.write(folder.resolve("a.car"), Cars.car(List.of(), blocks));
    CarFileBlocks.open(file, CarLimits.DEFAULT, BlockCheck.ALL, 3).close();
    assertThatThrownBy(() -> CarFileBlocks.open(file, CarLimits.DEFAULT, BlockCheck.ALL, 2))
        .isInstanceOf(CarException.class)
        .hasMessageContaining("more than 2 blocks");
  }

  @Test
  void passesNothingOn_whenASourceLies() throws IOException {
    BlockSource liar = cid -> Optional.of(Bytes.fromHex("00"));
    VerifiedBlocks verified = new VerifiedBlocks(liar, 1 << 20);
    assertThatThrownBy(() -> verified.block(HELLO.cid()))
        .isInstanceOf(BlockException.class)
        .hasMessageContaining("do not hash to it");
    Cid identity = Cid.of(Cid.RAW, Cid.IDENTITY, Bytes.fromHex("07"));
    assertThat(verified.block(identity)).contains(Bytes.fromHex("07"));
    VerifiedBlocks small = new VerifiedBlocks(cid -> Optional.of(HELLO.data()), 4);
    assertThatThrownBy(() -> small.block(HELLO.cid())).hasMessageContaining("5 bytes are more");
  }
}
