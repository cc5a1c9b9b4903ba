package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Blake2b;
import io.granary.protocol.hash.Sha256;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes blocks and CARs in memory. */
public final class Cars {
  private Cars() {}

  /** A raw block under its sha2-256. */
  public static Block raw(Bytes data) {
    return new Block(Cid.of(Cid.RAW, Cid.SHA2_256, Sha256.hash(data)), data);
  }

  /** A raw block of a text. */
  public static Block raw(String text) {
    return raw(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  static Block blake2b(Bytes data) {
    return new Block(Cid.of(Cid.DAG_CBOR, Cid.BLAKE2B_256, Blake2b.hash256(data)), data);
  }

  static Block identity(Bytes data) {
    return new Block(Cid.of(Cid.RAW, Cid.IDENTITY, data), data);
  }

  /** A CAR of version 1. */
  public static byte[] car(List<Cid> roots, List<Block> blocks) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try {
      CarWriter writer = new CarWriter(output, roots);
      for (Block block : blocks) {
        writer.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return output.toByteArray();
  }

  static CarReader open(byte[] car, BlockCheck check) throws IOException {
    return CarReader.open(new ByteArrayInputStream(car), CarLimits.DEFAULT, check);
  }

  static List<CarReader.Section> sections(CarReader reader) throws IOException {
    List<CarReader.Section> sections = new ArrayList<>();
    for (Optional<CarReader.Section> next = reader.next(); next.isPresent(); next = reader.next()) {
      sections.add(next.get());
    }
    return sections;
  }

  /** The blocks of a CAR whose every block is compared with its CID. */
  public static List<Block> blocks(byte[] car) {
    try {
      return sections(open(car, BlockCheck.ALL)).stream().map(CarReader.Section::block).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
