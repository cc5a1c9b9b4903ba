package io.granary.ops.retrieval;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ends of sectors by what the chain holds: a sector that is live in no partition of its miner
 * has expired or was terminated. The sectors' own events do not tell of it, and the expiration they
 * know may have been extended by other tools. A sector that was activated within the finality is
 * left alone, since a node that is behind does not know it yet. Who asks never waits for the chain:
 * what it says counts from the question after on, and while it says nothing, nothing changes. Used
 * by one thread.
 */
public final class ChainEnds implements SectorEnds {
  private static final Logger LOG = LoggerFactory.getLogger(ChainEnds.class);

  /** For all that is asked of a miner at once. */
  private static final Duration CHAIN_LIMIT = Duration.ofMinutes(5);

  private final ChainGateway chain;
  private final long finality;
  private final Duration every;
  private final InstantSource clock;
  private final Map<ActorId, Seen> seen = new HashMap<>();
  private final Map<ActorId, CompletableFuture<Seen>> asked = new HashMap<>();

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
    asked.keySet().retainAll(miners);
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

  /** Takes what the chain has said meanwhile, and asks it anew when that is old. */
  private void look(ActorId miner) {
    if (!asked.containsKey(miner) && isDue(seen.get(miner))) {
      asked.put(
          miner,
          read(miner).toCompletableFuture().orTimeout(CHAIN_LIMIT.toSeconds(), TimeUnit.SECONDS));
    }
    CompletableFuture<Seen> answer = asked.get(miner);
    if (answer == null || !answer.isDone()) {
      return;
    }
    asked.remove(miner);
    try {
      seen.put(miner, answer.join());
    } catch (CompletionException e) {
      LOG.warn("the chain does not say which sectors of {} live, asked again later", miner, e);
    }
  }

  private boolean isDue(@Nullable Seen before) {
    return before == null || !clock.instant().isBefore(before.when().plus(every));
  }

  private CompletionStage<Seen> read(ActorId miner) {
    return chain
        .head()
        .thenCompose(
            head ->
                chain
                    .deadlines(miner, head.key())
                    .thenCompose(deadlines -> live(miner, deadlines.size(), head.key()))
                    .thenApply(live -> new Seen(head.height(), live, clock.instant())));
  }

  /** One deadline after the other, so that the node has one question of ours at a time. */
  private CompletionStage<List<BitField>> live(ActorId miner, int deadlines, TipSetKey key) {
    CompletionStage<List<BitField>> all = CompletableFuture.completedStage(List.of());
    for (int index = 0; index < deadlines; index++) {
      int deadline = index;
      all =
          all.thenCompose(
              before ->
                  chain.partitions(miner, deadline, key).thenApply(next -> joined(before, next)));
    }
    return all;
  }

  private static List<BitField> joined(List<BitField> before, List<Partition> next) {
    List<BitField> both = new ArrayList<>(before);
    next.forEach(partition -> both.add(partition.liveSectors()));
    return both;
  }
}
