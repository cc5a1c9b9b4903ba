package io.granary.prover.transfer;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.granary.protocol.SectorNumber;
import io.granary.prover.TransferSettings;
import io.granary.prover.transfer.VanillaFrames.Frame;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries what is read to the connection that waits for it. Thread-safe. */
final class VanillaStream implements VanillaSource.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(VanillaStream.class);

  private final BoundedSourceQueue<Frame> queue;
  private final Source<ByteString, NotUsed> source;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final long limitMillis;

  /**
   * A stream for an answer about {@code sectors} sectors; files are read by {@code executor}, one
   * at a time.
   */
  VanillaStream(ActorSystem<?> system, TransferSettings settings, int sectors, Executor executor) {
    ByteString keepAlive = ByteString.fromArray(VanillaFrames.KEEP_ALIVE);
    Pair<Pair<BoundedSourceQueue<Frame>, CompletionStage<akka.Done>>, Source<ByteString, NotUsed>>
        made =
            Source.<Frame>queue(sectors + 1)
                .mapAsync(
                    1,
                    frame ->
                        CompletableFuture.supplyAsync(
                            () -> ByteString.fromArray(VanillaFrames.encode(frame)), executor))
                .keepAlive(settings.keepAlive(), () -> keepAlive)
                .watchTermination(Pair::create)
                .preMaterialize(system);
    this.queue = made.first().first();
    this.source = made.second();
    this.limitMillis = settings.vanillaLimit().toMillis();
    made.first().second().whenComplete((done, failure) -> closed.complete(null));
  }

  Source<ByteString, NotUsed> source() {
    return source;
  }

  @Override
  public void proven(SectorNumber sector, Path proof) {
    offer(new Frame.Proven(sector, proof));
  }

  @Override
  public void unreadable(SectorNumber sector, String reason) {
    offer(new Frame.Unreadable(sector, reason));
  }

  private void offer(Frame frame) {
    var result = queue.offer(frame);
    if (!result.isEnqueued()) {
      LOG.debug("nobody takes {} any more: {}", frame, result);
    }
  }

  @Override
  public void onClosed(Runnable action) {
    CompletionStage<Void> end = closed;
    end.thenRun(action);
  }

  @Override
  public void finish() {
    offer(new Frame.End());
    queue.complete();
    try {
      closed.get(limitMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      breakOff("the node stops");
    } catch (TimeoutException e) {
      breakOff("its taker is too slow");
    } catch (ExecutionException e) {
      throw new IllegalStateException("this future only completes", e);
    }
  }

  /** Ends the connection without having said the end. */
  void breakOff(String why) {
    queue.fail(new TransferException(TransferException.Kind.UNREACHABLE, why));
  }
}
