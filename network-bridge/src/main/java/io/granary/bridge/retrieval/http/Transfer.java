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
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one body. A part is made on a worker thread, in its client's turn, and the next one only
 * when the socket's buffer has room and the client's bandwidth allows it. While both is so and
 * nobody else waits for the thread, one turn makes part after part: that a thread is waked for each
 * would cost more than the part. All fields belong to the event loop but those that say otherwise;
 * the body belongs to the worker while {@code making} is set.
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

  /** Read by the worker. */
  private volatile boolean over;

  /** What was made and is not in the socket yet holds so much of the buffer. */
  private final AtomicInteger ahead = new AtomicInteger();

  private int slicesWaiting;
  private long progressNanos;

  /** Bytes out of files that the socket took since the last progress. */
  private long sentOfSlice;

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
      turns.submit(client, this::makeParts);
    } catch (RejectedExecutionException e) {
      making = false;
      end(false);
    }
  }

  /** On a worker thread. The event loop has the body back with the last task of the turn. */
  private void makeParts() {
    boolean whole = false;
    try {
      boolean goesOn = true;
      while (goesOn) {
        Optional<Part> part = body.next(context.alloc(), settings.partBytes());
        if (part.isEmpty()) {
          whole = true;
          break;
        }
        Part made = part.get();
        ahead.addAndGet(made.held());
        boolean taken = onLoop(context, () -> made(made), made::release);
        goesOn = taken && mayGoOn();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("an answer is broken off: {}", e.toString());
      onLoop(context, () -> turnEnded(() -> end(false)), body::close);
      return;
    }
    Runnable next = whole ? this::finish : this::make;
    onLoop(context, () -> turnEnded(next), body::close);
  }

  private boolean mayGoOn() {
    return !over
        && ahead.get() < settings.bufferBytes()
        && settings.bytesPerSecondOfAddressMax() == 0
        && !turns.othersWait();
  }

  /**
   * Runs {@code task} on the event loop, or {@code otherwise} here when the loop is gone.
   *
   * @return whether the loop is there
   */
  static boolean onLoop(ChannelHandlerContext context, Runnable task, Runnable otherwise) {
    try {
      context.executor().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      otherwise.run();
      return false;
    }
  }

  private void made(Part part) {
    if (over) {
      part.release();
    } else {
      send(part);
    }
  }

  /** Nothing is made now; {@code next} goes on, unless all is over. */
  private void turnEnded(Runnable next) {
    making = false;
    if (over) {
      body.close();
    } else {
      next.run();
    }
  }

  private void send(Part part) {
    int bytes = part.bytes();
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
    }
    context.flush();
  }

  private void finish() {
    ChannelFuture unused = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    end(true);
  }

  /** Not flushed. */
  private void write(Part part) {
    if (part instanceof Part.OfFile file) {
      writeSlice(new SentFile(file, this::sent), file.held());
      return;
    }
    ByteBuf data = ((Part.InMemory) part).data();
    while (data.readableBytes() > SLICE_BYTES) {
      writeSlice(new DefaultHttpContent(data.readRetainedSlice(SLICE_BYTES)), SLICE_BYTES);
    }
    writeSlice(new DefaultHttpContent(data), data.readableBytes());
  }

  private void writeSlice(Object content, int held) {
    if (slicesWaiting++ == 0) {
      progressNanos = System.nanoTime();
    }
    ChannelFuture unused =
        context
            .write(content)
            .addListener(
                written -> {
                  slicesWaiting--;
                  ahead.addAndGet(-held);
                  progressNanos = System.nanoTime();
                });
  }

  /** The socket took some of a file; what it took since the last progress may be a slice. */
  private void sent(long bytes) {
    sentOfSlice += bytes;
    if (sentOfSlice >= SLICE_BYTES) {
      sentOfSlice = 0;
      progressNanos = System.nanoTime();
    }
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
