package io.granary.protocol.piece;

import io.granary.protocol.piece.lanes.LaneTree;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * How this JVM hashes the trees over pieces: by the JDK's SHA-256, or several nodes at once by the
 * processor's vectors, which is about three times as fast (ADR 10). Decided once, when it is first
 * asked for. The vectors are used only where
 *
 * <ul>
 *   <li>the JVM was started with {@code --add-modules jdk.incubator.vector},
 *   <li>it compiles with its optimising compiler, without which each vector operation is a call,
 *   <li>its vectors have at least {@value #MIN_LANES} lanes of 32 bits,
 *   <li>and trees of random nodes, enough that the compiled code is checked too, have the same
 *       roots both ways.
 * </ul>
 */
public final class NodeHashing {
  static final String MODULE = "jdk.incubator.vector";

  /** 256 bits: with fewer the JDK's own digest is faster. */
  static final int MIN_LANES = 8;

  private static final int CHECKED_TREES = 64;
  private static final int CHECKED_LEAVES = 512;

  private final boolean vectors;
  private final String description;

  private NodeHashing(boolean vectors, String description) {
    this.vectors = vectors;
    this.description = description;
  }

  /** Loaded, and so decided, when it is first asked for. */
  private static final class Holder {
    static final NodeHashing IN_USE = choose(System.getProperty("java.vm.info", ""));
  }

  /** What this JVM uses. The first call takes some tenths of a second where vectors are used. */
  public static NodeHashing inUse() {
    return Holder.IN_USE;
  }

  /** Whether trees are hashed by vectors. */
  public boolean vectors() {
    return vectors;
  }

  /** What is used and why, for an operator. */
  @Override
  public String toString() {
    return description;
  }

  MerkleNodes newNodes() {
    return vectors ? new LaneMerkleNodes() : new DigestMerkleNodes();
  }

  static NodeHashing choose(String compilers) {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return digest("started without --add-modules " + MODULE);
    }
    if (!compilers.startsWith("mixed mode") || compilers.contains("emulated-client")) {
      return digest("no optimising compiler in this JVM: " + compilers);
    }
    int lanes = LaneTree.lanes();
    if (lanes < MIN_LANES) {
      return digest("vectors of only " + lanes + " words");
    }
    return check(LaneMerkleNodes::new)
        .map(NodeHashing::digest)
        .orElseGet(() -> new NodeHashing(true, "vectors of " + lanes + " words"));
  }

  private static NodeHashing digest(String reason) {
    return new NodeHashing(false, "the JDK's SHA-256 (" + reason + ")");
  }

  /** What is wrong with the nodes of {@code made}, nothing if they are right. */
  static Optional<String> check(Supplier<MerkleNodes> made) {
    Random random = new Random(CHECKED_LEAVES);
    MerkleNodes expected = new DigestMerkleNodes();
    try {
      MerkleNodes checked = made.get();
      for (int tree = 0; tree < CHECKED_TREES; tree++) {
        byte[] nodes = new byte[CHECKED_LEAVES * MerkleNodes.NODE];
        random.nextBytes(nodes);
        byte[] copy = nodes.clone();
        expected.reduce(nodes, CHECKED_LEAVES);
        checked.reduce(copy, CHECKED_LEAVES);
        if (!Arrays.equals(nodes, 0, MerkleNodes.NODE, copy, 0, MerkleNodes.NODE)) {
          return Optional.of("vectors gave a wrong root of random tree " + tree);
        }
      }
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of("vectors do not work here: " + e);
    }
  }
}
