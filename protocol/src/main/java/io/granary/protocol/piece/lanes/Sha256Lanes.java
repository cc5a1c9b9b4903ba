package io.granary.protocol.piece.lanes;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * SHA-256 (FIPS 180-4) of {@link #COUNT} messages of 64 bytes at once. A message of that length is
 * two blocks: itself, and a block of padding that is the same for all, whose schedule is a table.
 *
 * <p>Arrays are made of rows of {@link #COUNT} words: row r has word r of every message, that of
 * message l at index {@code r * COUNT + l}. Words are read big-endian, as FIPS 180-4 does.
 *
 * <p>The two loops over rounds are written out without small methods, and one round a turn: so the
 * compiler inlines all of it, keeps the state in registers and unrolls by itself. Written in eight
 * rounds a turn, or with methods for the functions, it exceeds the compiler's limit of inlining and
 * every operation allocates. Holds scratch memory, so for one thread.
 */
public final class Sha256Lanes {
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;

  /** Messages hashed at once: as many words as a vector of this machine has. */
  public static final int COUNT = SPECIES.length();

  /** Rows of a message: 16 words, 64 bytes. */
  public static final int MESSAGE_ROWS = 16;

  /** Rows of a digest: 8 words, 32 bytes. */
  public static final int DIGEST_ROWS = 8;

  private static final int ROUNDS = 64;
  private static final int EXPANDING_ROUNDS = ROUNDS - MESSAGE_ROWS;

  /** FIPS 180-4, 4.2.2: of the cube roots of the first 64 primes. */
  private static final int[] K =
      rows(
          0x428a2f98,
          0x71374491,
          0xb5c0fbcf,
          0xe9b5dba5,
          0x3956c25b,
          0x59f111f1,
          0x923f82a4,
          0xab1c5ed5,
          0xd807aa98,
          0x12835b01,
          0x243185be,
          0x550c7dc3,
          0x72be5d74,
          0x80deb1fe,
          0x9bdc06a7,
          0xc19bf174,
          0xe49b69c1,
          0xefbe4786,
          0x0fc19dc6,
          0x240ca1cc,
          0x2de92c6f,
          0x4a7484aa,
          0x5cb0a9dc,
          0x76f988da,
          0x983e5152,
          0xa831c66d,
          0xb00327c8,
          0xbf597fc7,
          0xc6e00bf3,
          0xd5a79147,
          0x06ca6351,
          0x14292967,
          0x27b70a85,
          0x2e1b2138,
          0x4d2c6dfc,
          0x53380d13,
          0x650a7354,
          0x766a0abb,
          0x81c2c92e,
          0x92722c85,
          0xa2bfe8a1,
          0xa81a664b,
          0xc24b8b70,
          0xc76c51a3,
          0xd192e819,
          0xd6990624,
          0xf40e3585,
          0x106aa070,
          0x19a4c116,
          0x1e376c08,
          0x2748774c,
          0x34b0bcb5,
          0x391c0cb3,
          0x4ed8aa4a,
          0x5b9cca4f,
          0x682e6ff3,
          0x748f82ee,
          0x78a5636f,
          0x84c87814,
          0x8cc70208,
          0x90befffa,
          0xa4506ceb,
          0xbef9a3f7,
          0xc67178f2);

  /** FIPS 180-4, 5.3.3: of the square roots of the first eight primes. */
  private static final int[] INITIAL =
      rows(
          0x6a09e667,
          0xbb67ae85,
          0x3c6ef372,
          0xa54ff53a,
          0x510e527f,
          0x9b05688c,
          0x1f83d9ab,
          0x5be0cd19);

  /** The schedule of the second block: a one bit, zeros, and the length of 512 bits (5.1.1). */
  private static final int[] PADDING = rows(paddingSchedule());

  private final int[] state = new int[DIGEST_ROWS * COUNT];
  private final int[] middle = new int[DIGEST_ROWS * COUNT];
  private final int[] schedule = new int[ROUNDS * COUNT];

  /**
   * Where the messages of the next {@link #hash} go: its first {@link #MESSAGE_ROWS} rows, to be
   * filled anew for each call. The rest is scratch.
   */
  public int[] messages() {
    return schedule;
  }

  /**
   * Writes the digests of {@link #messages()} to {@link #DIGEST_ROWS} rows of {@code digests} from
   * index {@code offset}.
   */
  public void hash(int[] digests, int offset) {
    System.arraycopy(INITIAL, 0, state, 0, state.length);
    expandingRounds();
    rounds(schedule, EXPANDING_ROUNDS);
    add(INITIAL, middle, 0);
    System.arraycopy(middle, 0, state, 0, state.length);
    rounds(PADDING, 0);
    add(middle, digests, offset);
  }

  /** Rounds 0 to 47 on {@link #state}, each making the word of the schedule 16 rounds later. */
  private void expandingRounds() {
    int[] state = this.state;
    int[] words = this.schedule;
    IntVector a = IntVector.fromArray(SPECIES, state, 0);
    IntVector b = IntVector.fromArray(SPECIES, state, COUNT);
    IntVector c = IntVector.fromArray(SPECIES, state, 2 * COUNT);
    IntVector d = IntVector.fromArray(SPECIES, state, 3 * COUNT);
    IntVector e = IntVector.fromArray(SPECIES, state, 4 * COUNT);
    IntVector f = IntVector.fromArray(SPECIES, state, 5 * COUNT);
    IntVector g = IntVector.fromArray(SPECIES, state, 6 * COUNT);
    IntVector h = IntVector.fromArray(SPECIES, state, 7 * COUNT);
    for (int round = 0; round < EXPANDING_ROUNDS; round++) {
      IntVector word = IntVector.fromArray(SPECIES, words, round * COUNT);
      IntVector sum1 =
          e.lanewise(ROR, 6).lanewise(XOR, e.lanewise(ROR, 11)).lanewise(XOR, e.lanewise(ROR, 25));
      IntVector choice = f.lanewise(XOR, g).lanewise(AND, e).lanewise(XOR, g);
      IntVector temporary =
          h.lanewise(ADD, IntVector.fromArray(SPECIES, K, round * COUNT))
              .lanewise(ADD, word)
              .lanewise(ADD, choice)
              .lanewise(ADD, sum1);
      IntVector sum0 =
          a.lanewise(ROR, 2).lanewise(XOR, a.lanewise(ROR, 13)).lanewise(XOR, a.lanewise(ROR, 22));
      IntVector majority = a.lanewise(AND, b).lanewise(OR, a.lanewise(OR, b).lanewise(AND, c));
      h = g;
      g = f;
      f = e;
      e = d.lanewise(ADD, temporary);
      d = c;
      c = b;
      b = a;
      a = temporary.lanewise(ADD, sum0).lanewise(ADD, majority);

      IntVector next = IntVector.fromArray(SPECIES, words, (round + 1) * COUNT);
      IntVector late = IntVector.fromArray(SPECIES, words, (round + 14) * COUNT);
      late.lanewise(ROR, 17)
          .lanewise(XOR, late.lanewise(ROR, 19))
          .lanewise(XOR, late.lanewise(LSHR, 10))
          .lanewise(ADD, IntVector.fromArray(SPECIES, words, (round + 9) * COUNT))
          .lanewise(
              ADD,
              next.lanewise(ROR, 7)
                  .lanewise(XOR, next.lanewise(ROR, 18))
                  .lanewise(XOR, next.lanewise(LSHR, 3))
                  .lanewise(ADD, word))
          .intoArray(words, (round + MESSAGE_ROWS) * COUNT);
    }
    a.intoArray(state, 0);
    b.intoArray(state, COUNT);
    c.intoArray(state, 2 * COUNT);
    d.intoArray(state, 3 * COUNT);
    e.intoArray(state, 4 * COUNT);
    f.intoArray(state, 5 * COUNT);
    g.intoArray(state, 6 * COUNT);
    h.intoArray(state, 7 * COUNT);
  }

  /** Rounds from {@code first} to 63 on {@link #state}, by a schedule that is there already. */
  private void rounds(int[] words, int first) {
    int[] state = this.state;
    IntVector a = IntVector.fromArray(SPECIES, state, 0);
    IntVector b = IntVector.fromArray(SPECIES, state, COUNT);
    IntVector c = IntVector.fromArray(SPECIES, state, 2 * COUNT);
    IntVector d = IntVector.fromArray(SPECIES, state, 3 * COUNT);
    IntVector e = IntVector.fromArray(SPECIES, state, 4 * COUNT);
    IntVector f = IntVector.fromArray(SPECIES, state, 5 * COUNT);
    IntVector g = IntVector.fromArray(SPECIES, state, 6 * COUNT);
    IntVector h = IntVector.fromArray(SPECIES, state, 7 * COUNT);
    for (int round = first; round < ROUNDS; round++) {
      IntVector sum1 =
          e.lanewise(ROR, 6).lanewise(XOR, e.lanewise(ROR, 11)).lanewise(XOR, e.lanewise(ROR, 25));
      IntVector choice = f.lanewise(XOR, g).lanewise(AND, e).lanewise(XOR, g);
      IntVector temporary =
          h.lanewise(ADD, IntVector.fromArray(SPECIES, K, round * COUNT))
              .lanewise(ADD, IntVector.fromArray(SPECIES, words, round * COUNT))
              .lanewise(ADD, choice)
              .lanewise(ADD, sum1);
      IntVector sum0 =
          a.lanewise(ROR, 2).lanewise(XOR, a.lanewise(ROR, 13)).lanewise(XOR, a.lanewise(ROR, 22));
      IntVector majority = a.lanewise(AND, b).lanewise(OR, a.lanewise(OR, b).lanewise(AND, c));
      h = g;
      g = f;
      f = e;
      e = d.lanewise(ADD, temporary);
      d = c;
      c = b;
      b = a;
      a = temporary.lanewise(ADD, sum0).lanewise(ADD, majority);
    }
    a.intoArray(state, 0);
    b.intoArray(state, COUNT);
    c.intoArray(state, 2 * COUNT);
    d.intoArray(state, 3 * COUNT);
    e.intoArray(state, 4 * COUNT);
    f.intoArray(state, 5 * COUNT);
    g.intoArray(state, 6 * COUNT);
    h.intoArray(state, 7 * COUNT);
  }

  /** Adds {@link #state} to {@code before}, as the end of each block does. */
  private void add(int[] before, int[] target, int offset) {
    for (int at = 0; at < state.length; at += COUNT) {
      IntVector.fromArray(SPECIES, state, at)
          .lanewise(ADD, IntVector.fromArray(SPECIES, before, at))
          .intoArray(target, offset + at);
    }
  }

  /** A row for each of {@code words}, the same in all lanes. */
  private static int[] rows(int... words) {
    int[] rows = new int[words.length * COUNT];
    for (int row = 0; row < words.length; row++) {
      Arrays.fill(rows, row * COUNT, (row + 1) * COUNT, words[row]);
    }
    return rows;
  }

  private static int[] paddingSchedule() {
    int[] words = new int[ROUNDS];
    words[0] = 0x80000000;
    words[MESSAGE_ROWS - 1] = 512;
    for (int t = MESSAGE_ROWS; t < ROUNDS; t++) {
      int next = words[t - 15];
      int late = words[t - 2];
      int sigma0 = Integer.rotateRight(next, 7) ^ Integer.rotateRight(next, 18) ^ next >>> 3;
      int sigma1 = Integer.rotateRight(late, 17) ^ Integer.rotateRight(late, 19) ^ late >>> 10;
      words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
    }
    return words;
  }
}
