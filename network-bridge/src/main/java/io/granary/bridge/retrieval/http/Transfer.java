package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one body. A part is made on a worker thread, in its client's turn, and the next one only
 * when the socket's buffer has room again and the client's bandwidth allows it. All fields belong
 * to the event loop; the body belongs to the worker while {@code making} is set.
 */
final class Transfer {
  /** Written at once; a reader must take one slice within the stall limit. */
  static final int SLICE_BYTES = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);
  private static final int CHECKS_PER_LIMIT = 4;

  private final ChannelHandlerContext context;
  private final HttpSettings settings;
  private final Clients.Client client;
  private final FairTurns turns;
  private final Body body;
  private final End end;
  private Optional<ScheduledFuture<?>> check = Optional.empty();
  private boolean making;
  private boolean delayed;
  private boolean over;
  private int slicesWaiting;
  private long progressNanos;

  /** Hears of the end, once, on the event loop. */
  @FunctionalInterface
  interface End {
    /**
     * Nothing more is sent.
     *
     * @param whole whether all of the body was written
     */
    void ended(boolean whole);
  }

  Transfer(
      ChannelHandlerContext context,
      HttpSettings settings,
      Clients.Client client,
      FairTurns turns,
      Body body,
      End end) {
    this.context = context;
    this.settings = settings;
    this.client = client;
    this.turns = turns;
    this.body = body;
    this.end = end;
  }

  /** Begins; {@code bare} when only the head is wanted. */
  void start(boolean bare) {
    if (bare) {
      finish();
      return;
    }
    context.flush();
    progressNanos = System.nanoTime();
    long every = Math.max(1, settings.stallLimit().toNanos() / CHECKS_PER_LIMIT);
    check =
        Optional.of(
            context
                .executor()
                .scheduleAtFixedRate(this::checkProgress, every, every, TimeUnit.NANOSECONDS));
    make();
  }

  private void checkProgress() {
    long silent = System.nanoTime() - progressNanos;
    if (slicesWaiting > 0 && silent > settings.stallLimit().toNanos()) {
      LOG.debug("{} takes nothing, its answer is broken off", context.channel().remoteAddress());
      end(false);
    }
  }

  /** The socket takes more. */
  void writable() {
    make();
  }

  /** The connection is gone. */
  void stop() {
    end(false);
  }

  private void make() {
    if (over || making || delayed || !context.channel().isWritable()) {
      return;
    }
    making = true;
    try {
      turns.submit(client, this::makePart);
    } catch (RejectedExecutionException e) {
      making = false;
      end(false);
    }
  }

  /** On a worker thread. */
  private void makePart() {
    try {
      Optional<ByteBuf> part = body.next(context.alloc(), settings.partBytes());
      onLoop(
          context,
          () -> made(part),
          () -> {
            part.ifPresent(ByteBuf::release);
            body.close();
          });
    } catch (IOException | RuntimeException e) {
      LOG.warn("an answer is broken off: {}", e.toString());
      onLoop(
          context,
          () -> {
            making = false;
            end(false);
          },
          body::close);
    }
  }

  /** Runs {@code task} on the event loop, or {@code otherwise} here when the loop is gone. */
  static void onLoop(ChannelHandlerContext context, Runnable task, Runnable otherwise) {
    try {
      context.executor().execute(task);
    } catch (RejectedExecutionException e) {
      otherwise.run();
    }
  }

  private void made(Optional<ByteBuf> part) {
    making = false;
    if (over) {
      part.ifPresent(ByteBuf::release);
      body.close();
    } else if (part.isEmpty()) {
      finish();
    } else {
      send(part.get());
    }
  }

  private void send(ByteBuf part) {
    int bytes = part.readableBytes();
    write(part);
    long wait = client.take(bytes, System.nanoTime());
    if (wait > 0) {
      delayed = true;
      ScheduledFuture<?> unused =
          context
              .executor()
              .schedule(
                  () -> {
                    delayed = false;
                    make();
                  },
                  wait,
                  TimeUnit.NANOSECONDS);
    } else {
      make();
    }
    context.flush();
  }

  private void finish() {
    ChannelFuture unused = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    end(true);
  }

  /** Not flushed: the next part is made while this one goes into the socket. */
  private void write(ByteBuf part) {
    while (part.readableBytes() > SLICE_BYTES) {
      writeSlice(part.readRetainedSlice(SLICE_BYTES));
    }
    writeSlice(part);
  }

  private void writeSlice(ByteBuf bytes) {
    if (slicesWaiting++ == 0) {
      progressNanos = System.nanoTime();
    }
    ChannelFuture unused =
        context
            .write(new DefaultHttpContent(bytes))
            .addListener(
                written -> {
                  slicesWaiting--;
                  progressNanos = System.nanoTime();
                });
  }

  private void end(boolean whole) {
    if (over) {
      return;
    }
    over = true;
    check.ifPresent(running -> running.cancel(false));
    if (!making) {
      body.close();
    }
    end.ended(whole);
  }
}
