package io.granary.sharding.entity;

import akka.actor.typed.javadsl.ActorContext;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings what an actor asked outside back to it: as one of its own commands, exactly one for each
 * question, on its own thread.
 *
 * @param <C> the actor's commands
 */
public final class Answers<C> {
  private final ActorContext<C> context;

  /** Answers for the actor of {@code context}. */
  public Answers(ActorContext<C> context) {
    this.context = context;
  }

  /**
   * Tells the actor how {@code stage} ended. Must be called on the actor's thread.
   *
   * @param heard the command for its value; runs on the actor's thread
   * @param failed the command for its failure, which comes without the wrapping of the stages
   *     between; also for a stage that ends with no value
   */
  public <T> void bring(
      CompletionStage<T> stage, Function<T, C> heard, Function<Throwable, C> failed) {
    context.pipeToSelf(
        stage, (value, error) -> value == null ? failed.apply(failure(error)) : heard.apply(value));
  }

  /** Asks {@code chain} for its head, and tells the actor of it with the time it was heard. */
  public void bringHead(
      ChainGateway chain,
      InstantSource clock,
      Function<Tick, C> heard,
      Function<Throwable, C> failed) {
    bring(
        chain.head(),
        head -> heard.apply(new Tick(head.height(), head.key(), clock.instant())),
        failed);
  }

  private static Throwable failure(@Nullable Throwable error) {
    return error == null
        ? new IllegalStateException("a stage ended with neither value nor failure")
        : cause(error);
  }

  /**
   * For {@code exceptionallyCompose}: what the chain refused to tell is an answer, and {@code
   * otherwise} says which; that the chain was not asked stays a failure, as any other does.
   */
  public static <T> Function<Throwable, CompletionStage<T>> onChainRefusal(
      Function<ChainException, CompletionStage<T>> otherwise) {
    return failure -> {
      Throwable cause = cause(failure);
      return cause instanceof ChainException refused && refused.isAnswer()
          ? otherwise.apply(refused)
          : CompletableFuture.failedStage(cause);
    };
  }

  /** As {@link #onChainRefusal}, with {@code answer} whatever it said. */
  public static <T> Function<Throwable, CompletionStage<T>> chainRefusalAs(T answer) {
    return onChainRefusal(refused -> CompletableFuture.completedStage(answer));
  }

  /** What {@code error} is about when a stage passed it on. */
  public static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
