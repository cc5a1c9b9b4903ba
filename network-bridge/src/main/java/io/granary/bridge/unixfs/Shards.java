package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Places in a sharded folder (boxo unixfs/hamt): each level takes the next bits of the hash of the
 * name, a link's name is the place in hex and then the entry's name, or nothing for a shard below.
 */
final class Shards {
  /** Multicodec of murmur3-x64-64, the only hash in use. */
  static final long MURMUR3 = 0x22;

  /** Entries of the shards that are made. */
  static final int FANOUT = 256;

  /** Levels that 64 bits of hash allow at that fanout. */
  static final int LEVELS_MAX = 8;

  private static final int FANOUT_MAX = 1024;

  private Shards() {}

  static int index(long hash, int depth) {
    return (int) (hash >>> (56 - 8 * depth)) & 0xff;
  }

  static Bytes prefix(int index) {
    String hex = String.format(Locale.ROOT, "%02X", index);
    return Bytes.of(hex.getBytes(StandardCharsets.US_ASCII));
  }

  static Bytes withoutLeadingZeros(byte[] bits) {
    int from = 0;
    while (from < bits.length && bits[from] == 0) {
      from++;
    }
    return Bytes.of(bits, from, bits.length - from);
  }

  /**
   * Characters of the place in a link's name.
   *
   * @throws UnixFsException when the shard's hash or fanout is not handled
   */
  static int prefixLength(UnixFsData shard) {
    long fanout = shard.fanout();
    if (shard.hashType() != MURMUR3
        || fanout < 8
        || fanout > FANOUT_MAX
        || Long.bitCount(fanout) != 1) {
      throw new UnixFsException(
          UnixFsException.Kind.UNSUPPORTED,
          "sharded folder with hash " + shard.hashType() + " and fanout " + fanout);
    }
    return Long.toHexString(fanout - 1).length();
  }

  /**
   * The link of {@code shard} that leads to {@code name}: the entry itself or a shard below.
   *
   * @param depth shards above this one
   */
  static Optional<PbLink> find(PbNode shard, UnixFsData data, Bytes name, int depth) {
    int digits = prefixLength(data);
    int bits = Long.numberOfTrailingZeros(data.fanout());
    if ((depth + 1) * bits > Long.SIZE) {
      return Optional.empty();
    }
    long hash = Murmur3.hash64(name);
    long index = hash << (depth * bits) >>> (Long.SIZE - bits);
    String hex = String.format(Locale.ROOT, "%0" + digits + "X", index);
    Bytes prefix = Bytes.of(hex.getBytes(StandardCharsets.US_ASCII));
    Bytes full = Bytes.concat(prefix, name);
    return shard.links().stream()
        .filter(link -> link.name().equals(prefix) || link.name().equals(full))
        .findFirst();
  }
}
