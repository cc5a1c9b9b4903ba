package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.hash.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Numbers by CID or multihash in 24 bytes a slot: a name is kept as the first 16 bytes of its
 * SHA-256, for which nobody finds two names. Grows to a fixed bound. Used by one thread.
 */
public final class CidTable {
  private static final int SLOT = 3;
  private static final int FIRST_SLOTS = 1024;

  private final int entriesMax;
  private long[] slots = new long[FIRST_SLOTS * SLOT];
  private int entries;

  /**
   * @param entriesMax the most names it holds, each of 48 to 96 bytes
   */
  public CidTable(int entriesMax) {
    if (entriesMax < 1 || entriesMax > 1 << 28) {
      throw new IllegalArgumentException("CID table: 1 to 2^28 entries, got " + entriesMax);
    }
    this.entriesMax = entriesMax;
  }

  /** Whether no further name fits. */
  public boolean isFull() {
    return entries == entriesMax;
  }

  /** The number of names. */
  public int size() {
    return entries;
  }

  /** The number kept for {@code name}. */
  public OptionalLong get(Bytes name) {
    ByteBuffer key = key(name);
    int slot = find(slots, key.getLong(0), key.getLong(8));
    return slots[slot + 2] == 0 ? OptionalLong.empty() : OptionalLong.of(slots[slot + 2] - 1);
  }

  /**
   * Keeps {@code value} for {@code name} unless it has one already.
   *
   * @param value 0 or more
   * @return whether the name is new
   * @throws IllegalStateException when the name is new and the table full
   */
  public boolean putIfAbsent(Bytes name, long value) {
    ByteBuffer key = key(name);
    int slot = find(slots, key.getLong(0), key.getLong(8));
    if (slots[slot + 2] != 0) {
      return false;
    }
    if (isFull()) {
      throw new IllegalStateException("CID table: full with " + entriesMax + " entries");
    }
    set(slots, slot, key.getLong(0), key.getLong(8), value + 1);
    entries++;
    if (entries * 2L > slots.length / SLOT) {
      grow();
    }
    return true;
  }

  /** Forgets every name. */
  public void clear() {
    Arrays.fill(slots, 0);
    entries = 0;
  }

  private static ByteBuffer key(Bytes name) {
    return ByteBuffer.wrap(Sha256.hash(name).toArray());
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (int i = 0; i < slots.length; i += SLOT) {
      if (slots[i + 2] != 0) {
        int slot = find(larger, slots[i], slots[i + 1]);
        set(larger, slot, slots[i], slots[i + 1], slots[i + 2]);
      }
    }
    slots = larger;
  }

  /** The slot of a key, or the free one where it belongs; at most half of the slots are taken. */
  private static int find(long[] table, long high, long low) {
    int count = table.length / SLOT;
    int slot = (int) Long.remainderUnsigned(high, count);
    while (true) {
      int at = slot * SLOT;
      if (table[at + 2] == 0 || (table[at] == high && table[at + 1] == low)) {
        return at;
      }
      slot = slot + 1 == count ? 0 : slot + 1;
    }
  }

  private static void set(long[] table, int at, long high, long low, long value) {
    table[at] = high;
    table[at + 1] = low;
    table[at + 2] = value;
  }
}
