package io.granary.ops.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.cluster.ChainRecord;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The window PoSts of a chain, partition by partition. */
final class ProvenWindows {
  private static final long EXIT_OK = 0;

  private ProvenWindows() {}

  /** A partition's proof that landed well. */
  record Landed(long epoch, long deadline, PoStPartition partition) {
    NavigableSet<Long> skipped() {
      return partition.skipped().stream().boxed().collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** All of them, oldest first. */
  static List<Landed> of(ChainRecord record) {
    List<Landed> landed = new ArrayList<>();
    for (ChainRecord.Executed post : record.posts()) {
      if (post.exit() == EXIT_OK) {
        SubmitWindowedPoStParams params =
            SubmitWindowedPoStParams.fromCbor(Bytes.of(Base64.getDecoder().decode(post.params())));
        params
            .partitions()
            .forEach(each -> landed.add(new Landed(post.epoch(), params.deadline(), each)));
      }
    }
    return landed;
  }

  /** The numbers of a bit field as chain nodes write it: lengths of runs, the first unset. */
  static NavigableSet<Long> numbers(JsonNode runs) {
    NavigableSet<Long> numbers = new TreeSet<>();
    long next = 0;
    boolean set = false;
    for (JsonNode run : runs) {
      for (long number = next; set && number < next + run.asLong(); number++) {
        numbers.add(number);
      }
      next += run.asLong();
      set = !set;
    }
    return numbers;
  }
}
