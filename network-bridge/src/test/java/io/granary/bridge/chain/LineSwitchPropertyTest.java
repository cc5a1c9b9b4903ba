package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Epoch;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever nodes the head is taken from in turn, the line handed on has no break. */
class LineSwitchPropertyTest {
  private static final int STEPS = 40;
  private static final int HISTORY_MAX = 500;

  @Property(tries = 100)
  void theLineHasNoBreak(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<FakeChain> chains = new ArrayList<>(List.of(new FakeChain()));
    chains.add(chains.get(0).fork(1));
    chains.add(chains.get(0).fork(2));
    HeadLine line = new HeadLine(HISTORY_MAX);
    CatchUp catchUp = new CatchUp(line, 150 + random.nextInt(20), Runnable::run);
    List<TipSet> heard = new ArrayList<>();
    take(chains.get(0), true, line, catchUp, heard);
    for (int step = 0; step < STEPS; step++) {
      change(chains, random);
      FakeChain from = chains.get(random.nextInt(chains.size()));
      take(from, random.nextBoolean(), line, catchUp, heard);
      assertThat(heard.get(heard.size() - 1)).isEqualTo(from.head());
    }
  }

  private static void change(List<FakeChain> chains, SplittableRandom random) {
    FakeChain chain = chains.get(random.nextInt(chains.size()));
    switch (random.nextInt(4)) {
      case 0 -> chain.syncWith(chains.get(random.nextInt(chains.size())));
      case 1 -> {
        int depth = (int) Math.min(random.nextInt(4), chain.head().height().value() / 4);
        chain.rewind(depth);
        chain.mine(random.nextInt(2));
      }
      default -> {
        for (int i = random.nextInt(3); i >= 0; i--) {
          chain.mine(random.nextInt(3));
        }
      }
    }
  }

  /** Moves the line to the head of {@code from}, as after a poll. */
  private static void take(
      FakeChain from, boolean knowsPaths, HeadLine line, CatchUp catchUp, List<TipSet> heard) {
    HeadLine.Step step = line.at(from.head());
    if (step instanceof HeadLine.Step.Deliver deliver) {
      hand(deliver.change(), line, heard);
    } else if (step instanceof HeadLine.Step.CatchUp gap) {
      Optional<HeadChange> change = next(catchUp, gap.target(), reads(from, knowsPaths));
      while (change.isPresent()) {
        hand(change.get(), line, heard);
        change = next(catchUp, gap.target(), reads(from, knowsPaths));
      }
    }
  }

  private static Optional<HeadChange> next(CatchUp catchUp, TipSet target, ChainReads reads) {
    return catchUp.next(target, reads).toCompletableFuture().join();
  }

  /** Plays {@code change} as a listener does, and fails at a break. */
  private static void hand(HeadChange change, HeadLine line, List<TipSet> heard) {
    line.deliver(change);
    for (TipSet reverted : change.reverted()) {
      assertThat(heard.remove(heard.size() - 1)).isEqualTo(reverted);
    }
    for (TipSet applied : change.applied()) {
      if (!heard.isEmpty()) {
        assertThat(applied.parents()).isEqualTo(heard.get(heard.size() - 1).key());
      }
      heard.add(applied);
    }
    assertThat(heard.get(heard.size() - 1)).isEqualTo(change.head());
  }

  private static ChainReads reads(FakeChain chain, boolean knowsPaths) {
    return new ChainReads() {
      @Override
      public CompletionStage<TipSet> tipSet(TipSetKey key) {
        return answer(chain.get(key));
      }

      @Override
      public CompletionStage<TipSet> tipSetAfterHeight(Epoch height, TipSetKey key) {
        return answer(Optional.of(chain.after(height, key)));
      }

      @Override
      public CompletionStage<ChainPath> path(TipSetKey from, TipSetKey to) {
        return answer(knowsPaths ? chain.path(from, to) : Optional.empty());
      }
    };
  }

  private static <T> CompletionStage<T> answer(Optional<T> value) {
    return value
        .<CompletionStage<T>>map(CompletableFuture::completedStage)
        .orElseGet(() -> CompletableFuture.failedStage(new ChainException(1, "could not find")));
  }
}
