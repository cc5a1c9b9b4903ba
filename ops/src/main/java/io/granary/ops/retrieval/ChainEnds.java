package io.granary.ops.retrieval;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainGateway;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ends of sectors by what the chain holds: a sector that is live in no partition of its miner
 * has expired or was terminated. The sectors' own events do not tell of it, and the expiration they
 * know may have been extended by other tools. A sector that was activated within the finality is
 * left alone, since a node that is behind does not know it yet. While the chain does not answer
 * nothing changes. Used by one thread.
 */
public final class ChainEnds implements SectorEnds {
  private static final Logger LOG = LoggerFactory.getLogger(ChainEnds.class);
  private static final long CHAIN_SECONDS = 30;

  private final ChainGateway chain;
  private final long finality;
  private final Duration every;
  private final InstantSource clock;
  private final Map<ActorId, Seen> seen = new HashMap<>();

  /**
   * A miner's sectors.
   *
   * @param height of the tipset they were read at
   */
  private record Seen(Epoch height, List<BitField> live, Instant when) {
    boolean has(long sector) {
      return live.stream().anyMatch(set -> set.contains(sector));
    }
  }

  /**
   * @param finality epochs after which a tipset is not reverted any more
   * @param every how often a miner's sectors are read
   */
  public ChainEnds(ChainGateway chain, long finality, Duration every, InstantSource clock) {
    this.chain = chain;
    this.finality = finality;
    this.every = every;
    this.clock = clock;
  }

  @Override
  public Set<SectorId> among(Map<SectorId, Epoch> sectors) {
    Set<ActorId> miners = new HashSet<>();
    sectors.keySet().forEach(sector -> miners.add(sector.miner()));
    seen.keySet().retainAll(miners);
    miners.forEach(this::look);
    Set<SectorId> ended = new HashSet<>();
    sectors.forEach(
        (sector, activation) -> {
          Seen now = seen.get(sector.miner());
          if (now != null
              && now.height().isAfter(activation.plus(finality))
              && !now.has(sector.number().value())) {
            ended.add(sector);
          }
        });
    return ended;
  }

  private void look(ActorId miner) {
    Seen before = seen.get(miner);
    if (before != null && clock.instant().isBefore(before.when().plus(every))) {
      return;
    }
    try {
      TipSet head = await(chain.head());
      int deadlines = await(chain.deadlines(miner, head.key())).size();
      List<BitField> live = new ArrayList<>();
      for (int deadline = 0; deadline < deadlines; deadline++) {
        for (Partition partition : partitions(miner, deadline, head.key())) {
          live.add(partition.liveSectors());
        }
      }
      seen.put(miner, new Seen(head.height(), live, clock.instant()));
    } catch (CompletionException e) {
      LOG.warn("the chain does not say which sectors of {} live, asked again later", miner, e);
    }
  }

  private List<Partition> partitions(ActorId miner, int deadline, TipSetKey key) {
    return await(chain.partitions(miner, deadline, key));
  }

  private static <T> T await(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(CHAIN_SECONDS, TimeUnit.SECONDS).join();
  }
}
