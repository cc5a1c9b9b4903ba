package io.granary.bridge.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.bridge.car.BlockCheck;
import io.granary.bridge.car.CarException;
import io.granary.bridge.car.CarLimits;
import io.granary.bridge.car.CarReader;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.fuzz.Parsing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Walks through the blocks of a CAR whose hashes nobody checked, so that links may lead anywhere,
 * in circles too.
 */
class DagWalkFuzzTest {
  private static final WalkLimits LIMITS = new WalkLimits(1 << 16, 8, 256, 256, 64);

  /** The reader's buffers, the table of known blocks, and up to 256 blocks on the way. */
  private static final long FIXED_BYTES = 64 << 20;

  @FuzzTest
  void endsWithinItsBounds_whereverLinksLead(byte[] input) {
    Map<Cid, Bytes> blocks = new HashMap<>();
    Optional<List<Cid>> roots =
        Parsing.of(input.length, FIXED_BYTES, () -> read(input, blocks), CarException.class);
    if (roots.isEmpty() || roots.get().isEmpty()) {
      return;
    }
    Cid root = roots.get().get(0);
    for (DagScope scope : DagScope.values()) {
      walk(input, new DagRequest(root, List.of(), scope, new EntityBytes(1, -2), true), blocks);
      walk(input, new DagRequest(root, List.of(), scope, EntityBytes.WHOLE, false), blocks);
      walk(input, new DagRequest(root, List.of("a"), scope, EntityBytes.WHOLE, true), blocks);
      walk(input, new DagRequest(root, List.of("0", "a"), scope, EntityBytes.WHOLE, true), blocks);
    }
  }

  private static List<Cid> read(byte[] input, Map<Cid, Bytes> blocks) throws IOException {
    CarReader reader =
        CarReader.open(new ByteArrayInputStream(input), CarLimits.DEFAULT, BlockCheck.NONE);
    for (Optional<CarReader.Section> next = reader.next(); next.isPresent(); next = reader.next()) {
      blocks.put(next.get().block().cid(), next.get().block().data());
    }
    return reader.roots();
  }

  private static void walk(byte[] input, DagRequest request, Map<Cid, Bytes> blocks) {
    Parsing.of(input.length, FIXED_BYTES, () -> count(request, blocks), UnixFsException.class)
        .ifPresent(count -> assertThat(count).isBetween(0L, LIMITS.visitsMax()));
  }

  private static long count(DagRequest request, Map<Cid, Bytes> blocks) throws IOException {
    DagWalk walk = DagWalk.open(request, cid -> Optional.ofNullable(blocks.get(cid)), LIMITS);
    long count = 0;
    while (walk.next().isPresent()) {
      count++;
    }
    return count;
  }
}
