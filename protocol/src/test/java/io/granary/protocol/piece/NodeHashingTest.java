package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.protocol.piece.lanes.LaneTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The JVM of these tests has the incubating module; those without it are started for a test. */
class NodeHashingTest {
  private static final String MIXED = "mixed mode, sharing";

  /** A program that another JVM runs: says what it uses, and that its CommP is right. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      byte[] data = new byte[100_000];
      new Random(7).nextBytes(data);
      CommPDigest used = new CommPDigest();
      used.update(data);
      CommPDigest plain = new CommPDigest(new DigestMerkleNodes());
      plain.update(data);
      NodeHashing hashing = NodeHashing.inUse();
      System.out.println(
          hashing.vectors() + " " + used.finish().equals(plain.finish()) + " " + hashing);
    }
  }

  private static String inAnotherJvm(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Program.class.getName());
    Process process = new ProcessBuilder(command).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.strip();
  }

  @Test
  void usesDigest_whenModuleIsNotThere() throws Exception {
    assertThat(inAnotherJvm())
        .isEqualTo(
            "false true the JDK's SHA-256"
                + " (started without --add-modules jdk.incubator.vector)");
  }

  @Test
  void usesDigest_whenJvmDoesNotOptimise() throws Exception {
    assertThat(inAnotherJvm("--add-modules", NodeHashing.MODULE, "-XX:TieredStopAtLevel=1"))
        .startsWith("false true the JDK's SHA-256 (no optimising compiler in this JVM: ");
    assertThat(NodeHashing.choose("interpreted mode, sharing").vectors()).isFalse();
  }

  @Test
  void usesVectors_whenTheyAreWideEnough() {
    NodeHashing hashing = NodeHashing.choose(MIXED);
    assertThat(hashing.vectors()).isEqualTo(LaneTree.lanes() >= NodeHashing.MIN_LANES);
    assertThat(hashing)
        .hasToString(
            hashing.vectors()
                ? "vectors of " + LaneTree.lanes() + " words"
                : "the JDK's SHA-256 (vectors of only " + LaneTree.lanes() + " words)");
    assertThat(hashing.newNodes())
        .isInstanceOf(hashing.vectors() ? LaneMerkleNodes.class : DigestMerkleNodes.class);
  }

  @Test
  void passesCheck_whenVectorsAreRight() {
    assertThat(NodeHashing.check(LaneMerkleNodes::new)).isEmpty();
  }

  /** Wrong in one bit of one tree, as a compiler's fault might be. */
  private static final class Faulty implements MerkleNodes {
    private final DigestMerkleNodes right = new DigestMerkleNodes();
    private int trees;

    @Override
    public void combine(byte[] nodes, int children, int parent) {
      right.combine(nodes, children, parent);
    }

    @Override
    public byte[] combine(byte[] left, byte[] one) {
      return right.combine(left, one);
    }

    @Override
    public void reduce(byte[] nodes, int count) {
      right.reduce(nodes, count);
      if (trees++ == 50) {
        nodes[20] ^= 4;
      }
    }
  }

  @Test
  void failsCheck_whenVectorsAreWrongOrMissing() {
    assertThat(NodeHashing.check(Faulty::new))
        .contains("vectors gave a wrong root of random tree 50");
    assertThat(
            NodeHashing.check(
                () -> {
                  throw new NoClassDefFoundError("IntVector");
                }))
        .contains("vectors do not work here: java.lang.NoClassDefFoundError: IntVector");
  }

  @Test
  void refuses_whenLeavesAreTooFewOrNoPowerOfTwo() {
    LaneTree tree = new LaneTree();
    assertThatThrownBy(() -> tree.reduce(new byte[4096], LaneTree.lanes()))
        .hasMessageContaining("expected a power of two of at least");
    assertThatThrownBy(() -> tree.reduce(new byte[4096], 3 * LaneTree.lanes()))
        .hasMessageContaining("expected a power of two of at least");
  }
}
