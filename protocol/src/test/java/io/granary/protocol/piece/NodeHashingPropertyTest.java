package io.granary.protocol.piece;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.hash.Sha256;
import io.granary.protocol.piece.lanes.Sha256Lanes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Hashing by vectors against the JDK's SHA-256. */
class NodeHashingPropertyTest {
  @Property(tries = 60)
  void reducesAsTheDigestDoes(@ForAll int seed, @ForAll @IntRange(max = 13) int levels) {
    byte[] nodes = new byte[MerkleNodes.NODE << levels];
    new Random(seed).nextBytes(nodes);
    byte[] copy = nodes.clone();
    new DigestMerkleNodes().reduce(nodes, 1 << levels);
    new LaneMerkleNodes().reduce(copy, 1 << levels);
    assertThat(Arrays.copyOf(copy, MerkleNodes.NODE))
        .isEqualTo(Arrays.copyOf(nodes, MerkleNodes.NODE));
  }

  @Property(tries = 60)
  void agreesOnData_ofAnyLength(@ForAll int seed, @ForAll @IntRange(max = 200_000) int length) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    CommPDigest lanes = new CommPDigest(new LaneMerkleNodes());
    lanes.update(data);
    CommPDigest digest = new CommPDigest(new DigestMerkleNodes());
    digest.update(data);
    assertThat(lanes.finish()).isEqualTo(digest.finish());
  }

  @Property(tries = 60)
  void hashesEveryLane_asTheJdkDoes(@ForAll int seed) {
    Sha256Lanes lanes = new Sha256Lanes();
    byte[][] messages = new byte[Sha256Lanes.COUNT][4 * Sha256Lanes.MESSAGE_ROWS];
    Random random = new Random(seed);
    for (int lane = 0; lane < Sha256Lanes.COUNT; lane++) {
      random.nextBytes(messages[lane]);
      for (int row = 0; row < Sha256Lanes.MESSAGE_ROWS; row++) {
        lanes.messages()[row * Sha256Lanes.COUNT + lane] =
            ByteBuffer.wrap(messages[lane]).getInt(4 * row);
      }
    }
    int[] digests = new int[Sha256Lanes.DIGEST_ROWS * Sha256Lanes.COUNT + 3];
    lanes.hash(digests, 3);
    MessageDigest sha256 = Sha256.newDigest();
    for (int lane = 0; lane < Sha256Lanes.COUNT; lane++) {
      ByteBuffer digest = ByteBuffer.allocate(4 * Sha256Lanes.DIGEST_ROWS);
      for (int row = 0; row < Sha256Lanes.DIGEST_ROWS; row++) {
        digest.putInt(digests[3 + row * Sha256Lanes.COUNT + lane]);
      }
      assertThat(digest.array()).isEqualTo(sha256.digest(messages[lane]));
    }
  }
}
