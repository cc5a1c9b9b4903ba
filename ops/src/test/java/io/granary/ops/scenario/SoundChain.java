package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.state.LedgerCause;
import io.granary.ops.cluster.ChainRecord;
import io.granary.ops.cluster.ClusterWatch;
import io.granary.ops.cluster.LocalCluster;
import io.granary.ops.node.PreSealing;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What a chain must show after whatever happened to the cluster that proved on it. */
final class SoundChain {
  private SoundChain() {}

  /** Nothing missed, nothing sent twice, no nonce left out, and nothing charged. */
  static void check(LocalCluster cluster, ClusterWatch watch) {
    ChainRecord record = cluster.chainRecord();
    assertThat(record.posts())
        .as("a second proof of a partition would have landed with a failure")
        .isNotEmpty()
        .allMatch(post -> post.exit() == 0);
    assertThat(watch.provenTwice(record)).isEmpty();
    for (Map.Entry<String, List<Long>> sender : record.noncesBySender().entrySet()) {
      assertThat(sender.getValue())
          .as("nonces of %s", sender.getKey())
          .isEqualTo(LongStream.range(0, sender.getValue().size()).boxed().toList());
    }
    assertThat(cluster.devnet().ledger(PreSealing.MINER).entries().keySet())
        .as("faults and charges of the miner")
        .isSubsetOf(LedgerCause.DAILY_FEE);
  }
}
