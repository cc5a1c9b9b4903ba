package io.granary.bridge.chain;

import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Finds the way from the end of a {@link HeadLine} to a new head, one bounded step at a time. Asks
 * the node for the path; a node that does not know our branch cannot tell it, and then the new
 * head's parents are walked down to the part of the line we kept.
 */
final class CatchUp {
  private final HeadLine line;
  private final int epochsMax;
  private final Executor owner;

  /**
   * @param epochsMax the most epochs one step covers
   * @param owner the thread that owns {@code line}
   */
  CatchUp(HeadLine line, int epochsMax, Executor owner) {
    this.line = line;
    this.epochsMax = epochsMax;
    this.owner = owner;
  }

  /**
   * The next change on the way to {@code target}; its head is {@code target} itself or, when that
   * is far, a tipset below it. Empty when the line ends at {@code target} already. Fails with
   * ChainException when the way cannot be found now. To be called by the line's owner.
   *
   * @param node has {@code target}
   */
  CompletionStage<Optional<HeadChange>> next(TipSet target, ChainReads node) {
    TipSet last =
        line.last().orElseThrow(() -> new IllegalStateException("nothing was handed on yet"));
    if (last.key().equals(target.key())) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    CompletionStage<TipSet> stop =
        target.height().since(last.height()) > epochsMax
            ? node.tipSetAfterHeight(last.height().plus(epochsMax), target.key())
            : CompletableFuture.completedStage(target);
    return stop.thenComposeAsync(to -> changeTo(last, to, node), owner).thenApply(Optional::of);
  }

  private CompletionStage<HeadChange> changeTo(TipSet last, TipSet to, ChainReads node) {
    Optional<List<TipSet>> back = line.contains(to.key()) ? line.after(to.key()) : Optional.empty();
    if (back.isPresent()) {
      return CompletableFuture.completedStage(new HeadChange(back.get(), List.of(), to));
    }
    return node.path(last.key(), to.key())
        .thenApply(path -> checked(last, path, to))
        .handleAsync(
            (change, error) -> {
              if (error == null) {
                return CompletableFuture.completedStage(change);
              }
              if (isConnectionLost(error)) {
                return CompletableFuture.<HeadChange>failedStage(error);
              }
              return walk(to, new ArrayList<>(List.of(to)), node);
            },
            owner)
        .thenCompose(stage -> stage);
  }

  /** Walks from {@code to} down; {@code walked} holds it and its ancestors so far, newest first. */
  private CompletionStage<HeadChange> walk(TipSet to, List<TipSet> walked, ChainReads node) {
    TipSetKey parents = walked.get(walked.size() - 1).parents();
    Optional<List<TipSet>> reverted = line.after(parents);
    if (reverted.isPresent()) {
      List<TipSet> applied = new ArrayList<>(walked);
      Collections.reverse(applied);
      return CompletableFuture.completedStage(new HeadChange(reverted.get(), applied, to));
    }
    if (walked.size() >= epochsMax || walked.get(walked.size() - 1).height().value() <= 0) {
      return CompletableFuture.failedStage(
          new ChainException(
              ChainException.MALFORMED_ANSWER,
              "no common tipset of the head "
                  + to.height()
                  + " and what was handed on, within "
                  + walked.size()
                  + " tipsets"));
    }
    return node.tipSet(parents)
        .thenComposeAsync(
            tipSet -> {
              walked.add(tipSet);
              return walk(to, walked, node);
            },
            owner);
  }

  /** The path as a change, refused when it does not lead from {@code last} to {@code to}. */
  private static HeadChange checked(TipSet last, ChainPath path, TipSet to) {
    TipSetKey end = last.key();
    boolean leads = true;
    for (TipSet tipSet : path.reverted()) {
      leads &= tipSet.key().equals(end);
      end = tipSet.parents();
    }
    for (TipSet tipSet : path.applied()) {
      leads &= tipSet.parents().equals(end);
      end = tipSet.key();
    }
    if (!leads || !end.equals(to.key())) {
      throw new ChainException(
          ChainException.MALFORMED_ANSWER,
          "the node's path does not lead from height " + last.height() + " to " + to.height());
    }
    return new HeadChange(path.reverted(), path.applied(), to);
  }

  private static boolean isConnectionLost(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return cause instanceof ChainException chain && chain.connectionLost();
  }
}
