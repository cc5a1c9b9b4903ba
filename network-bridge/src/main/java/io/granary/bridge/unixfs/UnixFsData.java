package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the data of a UnixFS dag-pb node says (ipfs/specs UNIXFS, message Data). Mode and time are
 * not kept: kubo stores neither by default.
 *
 * @param data the content of a file, the target of a symbolic link, the bit field of a shard
 * @param fileBytes length of the file below this node
 * @param blockBytes length of the file below each link, in the order of the links
 * @param hashType multicodec of a shard's hash, 0 when absent
 * @param fanout entries of a shard, 0 when absent
 */
public record UnixFsData(
    Type type, Bytes data, long fileBytes, List<Long> blockBytes, long hashType, long fanout) {
  /** The kinds of nodes. */
  public enum Type {
    RAW(0),
    DIRECTORY(1),
    FILE(2),
    METADATA(3),
    SYMLINK(4),
    SHARD(5);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    private static Optional<Type> of(long number) {
      return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }
  }

  private static final int TYPE = 1;
  private static final int DATA = 2;
  private static final int FILE_SIZE = 3;
  private static final int BLOCK_SIZES = 4;
  private static final int HASH_TYPE = 5;
  private static final int FANOUT = 6;

  public UnixFsData {
    blockBytes = List.copyOf(blockBytes);
  }

  /** A whole file or a part of one in a single node. */
  static UnixFsData leaf(Bytes content) {
    return new UnixFsData(Type.FILE, content, content.length(), List.of(), 0, 0);
  }

  /** A file in parts. */
  static UnixFsData file(List<Long> partBytes) {
    long total = partBytes.stream().mapToLong(Long::longValue).sum();
    return new UnixFsData(Type.FILE, Bytes.empty(), total, partBytes, 0, 0);
  }

  /** A folder in one node. */
  static UnixFsData directory() {
    return new UnixFsData(Type.DIRECTORY, Bytes.empty(), 0, List.of(), 0, 0);
  }

  /** A node of a sharded folder. */
  static UnixFsData shard(Bytes bitField, long hashType, int fanout) {
    return new UnixFsData(Type.SHARD, bitField, 0, List.of(), hashType, fanout);
  }

  /** Whether this is a file or a part of one. */
  public boolean isFile() {
    return type == Type.FILE || type == Type.RAW;
  }

  /**
   * Reads the data of a node.
   *
   * @throws UnixFsException when it is no UnixFS
   */
  public static UnixFsData decode(Bytes message) {
    ProtoReader reader = new ProtoReader(message, "UnixFS");
    Optional<Type> type = Optional.empty();
    Bytes data = Bytes.empty();
    long fileBytes = 0;
    long hashType = 0;
    long fanout = 0;
    List<Long> blocks = new ArrayList<>();
    while (!reader.atEnd()) {
      switch ((int) Math.min(reader.field(), Integer.MAX_VALUE)) {
        case TYPE -> type = Optional.of(type(reader));
        case DATA -> data = reader.bytes("data");
        case FILE_SIZE -> fileBytes = reader.number("file size");
        case BLOCK_SIZES -> blockSizes(reader, blocks);
        case HASH_TYPE -> hashType = reader.number("hash type");
        case FANOUT -> fanout = reader.number("fanout");
        default -> reader.skip();
      }
    }
    Type known = type.orElseThrow(() -> reader.problem("no type"));
    return new UnixFsData(known, data, fileBytes, blocks, hashType, fanout);
  }

  private static Type type(ProtoReader reader) {
    long number = reader.number("type");
    return Type.of(number).orElseThrow(() -> reader.problem("type " + number));
  }

  /** One size, or several packed into one field. */
  private static void blockSizes(ProtoReader reader, List<Long> sizes) {
    if (!reader.is(ProtoReader.LENGTH)) {
      sizes.add(reader.number("block size"));
      return;
    }
    Bytes packed = reader.bytes("block sizes");
    int at = 0;
    try {
      while (at < packed.length()) {
        Varint.Read read = Varint.decode(packed, at, "block size");
        sizes.add(read.value());
        at = read.next();
      }
    } catch (IllegalArgumentException e) {
      throw new UnixFsException(UnixFsException.Kind.MALFORMED, "UnixFS", e);
    }
  }

  /** The message as kubo writes it: data that is empty is left out. */
  public Bytes encode() {
    ProtoWriter writer = new ProtoWriter().number(TYPE, type.number);
    if (!data.isEmpty()) {
      writer.bytes(DATA, data);
    }
    if (isFile()) {
      writer.number(FILE_SIZE, fileBytes);
    }
    for (long size : blockBytes) {
      writer.number(BLOCK_SIZES, size);
    }
    if (type == Type.SHARD) {
      writer.number(HASH_TYPE, hashType).number(FANOUT, fanout);
    }
    return writer.toBytes();
  }
}
