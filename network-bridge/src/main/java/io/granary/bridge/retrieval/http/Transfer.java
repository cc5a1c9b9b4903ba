package io.granary.bridge.retrieval.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  private static final ByteBuf LINE_END = Unpooled.unreleasableBuffer(ascii("\r\n"));

  private final ChannelHandlerContext context;
  private final HttpSettings settings;
  private final Clients.Client client;
  private final FairTurns turns;
  private final Body body;
  private final boolean chunked;
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
      boolean http11,
      End end) {
    this.context = context;
    this.settings = settings;
    this.client = client;
    this.turns = turns;
    this.body = body;
    this.chunked = http11 && body.length().isEmpty();
    this.end = end;
  }

  /** Begins; {@code bare} when only the head is wanted. */
  void start(boolean bare) {
    context.flush();
    if (bare) {
      end(true);
      return;
    }
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
      Optional<byte[]> part = body.next(settings.partBytes());
      onLoop(context, () -> made(part), body::close);
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

  private void made(Optional<byte[]> part) {
    making = false;
    if (over) {
      body.close();
      return;
    }
    if (part.isEmpty()) {
      if (chunked) {
        write(ascii("0\r\n\r\n"));
      }
      context.flush();
      end(true);
      return;
    }
    writePart(part.get());
    long wait = client.take(part.get().length, System.nanoTime());
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
  }

  private void writePart(byte[] part) {
    if (chunked) {
      write(ascii(Integer.toHexString(part.length) + "\r\n"));
    }
    for (int at = 0; at < part.length; at += SLICE_BYTES) {
      write(Unpooled.wrappedBuffer(part, at, Math.min(SLICE_BYTES, part.length - at)));
    }
    if (chunked) {
      write(LINE_END.duplicate());
    }
    context.flush();
  }

  private void write(ByteBuf bytes) {
    if (slicesWaiting++ == 0) {
      progressNanos = System.nanoTime();
    }
    ChannelFuture unused =
        context
            .write(bytes)
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

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }
}
