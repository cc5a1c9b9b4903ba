package io.granary.bridge.retrieval.http;

import io.granary.bridge.retrieval.http.NotYetException.Answering;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: request after request, as Netty's codec decodes them and a FlowControlHandler
 * hands them on, one message a read. While an answer is under way nothing is read, so what a client
 * sends ahead waits in its own socket. All fields belong to the event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final HttpSettings settings;
  private final Clients.Client client;
  private final FairTurns turns;
  private final RequestHandler handler;
  private final InstantSource clock;
  private Optional<ScheduledFuture<?>> limit = Optional.empty();
  private Optional<Transfer> transfer = Optional.empty();
  private boolean answering;
  private boolean headBegun;

  Connection(
      HttpSettings settings,
      Clients.Client client,
      FairTurns turns,
      RequestHandler handler,
      InstantSource clock) {
    this.settings = settings;
    this.client = client;
    this.turns = turns;
    this.handler = handler;
    this.clock = clock;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    await(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopLimit();
    transfer.ifPresent(Transfer::stop);
    client.close();
  }

  /** Waits for the next request, which may have come already. */
  private void await(ChannelHandlerContext context) {
    answering = false;
    headBegun = false;
    limit(context, settings.idleLimit());
    context.read();
  }

  private void limit(ChannelHandlerContext context, Duration time) {
    stopLimit();
    limit =
        Optional.of(
            context
                .executor()
                .schedule(() -> close(context), time.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void stopLimit() {
    limit.ifPresent(running -> running.cancel(false));
    limit = Optional.empty();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == Arrivals.Event.BYTES && !answering && !headBegun) {
      headBegun = true;
      limit(context, settings.headLimit());
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (answering) {
        return;
      }
      if (message instanceof HttpRequest request) {
        next(context, request);
      } else {
        context.read();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void next(ChannelHandlerContext context, HttpRequest request) {
    answering = true;
    stopLimit();
    try {
      take(context, Requests.head(request, settings.headBytesMax()));
    } catch (HttpProblem e) {
      refuse(context, e);
    }
  }

  /** Says what is wrong and ends the connection. */
  private void refuse(ChannelHandlerContext context, HttpProblem problem) {
    client.beginRefusal();
    send(context, Answer.of(problem), false, true, false);
  }

  private void take(ChannelHandlerContext context, RequestHead head) {
    boolean known = head.method().equals("GET") || head.isHead();
    try {
      if (!known) {
        throw new HttpProblem(405, "only GET and HEAD", Map.of("Allow", "GET, HEAD"));
      }
      client.begin();
    } catch (HttpProblem e) {
      client.beginRefusal();
      send(context, Answer.of(e), head.isHead(), head.http11(), head.keepAlive());
      return;
    }
    submit(context, head, () -> handler.answer(head, new Asker(client.key(), false)));
  }

  private void submit(ChannelHandlerContext context, RequestHead head, Answering answering) {
    try {
      turns.submit(client, () -> answer(context, head, answering));
    } catch (RejectedExecutionException e) {
      client.end();
      close(context);
    }
  }

  /** On a worker thread. */
  private void answer(ChannelHandlerContext context, RequestHead head, Answering answering) {
    Answer answer;
    try {
      answer = answering.answer();
    } catch (NotYetException e) {
      hold(context, head, e);
      return;
    } catch (HttpProblem e) {
      answer = Answer.of(e);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} {} failed", head.method(), head.path(), e);
      answer = Answer.of(new HttpProblem(500, "the data cannot be read now"));
    }
    Answer given = answer;
    Transfer.onLoop(
        context,
        () -> send(context, given, head.isHead(), head.http11(), head.keepAlive()),
        given.body()::close);
  }

  /** Holds the client's place, and no thread, until it is time to answer anew. */
  private void hold(ChannelHandlerContext context, RequestHead head, NotYetException notYet) {
    Answering then =
        notYet.then().orElse(() -> handler.answer(head, new Asker(client.key(), true)));
    AtomicBoolean ended = new AtomicBoolean();
    Runnable again =
        () -> {
          if (ended.compareAndSet(false, true)) {
            notYet.over().run();
            submit(context, head, then);
          }
        };
    try {
      ScheduledFuture<?> latest =
          context.executor().schedule(again, notYet.limit().toNanos(), TimeUnit.NANOSECONDS);
      CompletionStage<?> unused =
          notYet
              .ready()
              .whenComplete(
                  (made, failure) -> {
                    latest.cancel(false);
                    Transfer.onLoop(context, again, again);
                  });
    } catch (RejectedExecutionException e) {
      again.run();
    }
  }

  private void send(
      ChannelHandlerContext context,
      Answer answer,
      boolean headOnly,
      boolean http11,
      boolean keepAlive) {
    if (!context.channel().isActive()) {
      answer.body().close();
      client.end();
      return;
    }
    boolean sized = answer.body().length().isPresent();
    boolean goesOn = keepAlive && (sized || http11);
    Instant now = clock.instant();
    ChannelFuture unused = context.write(answer.head(http11, goesOn, DATE.format(now)));
    boolean bare = headOnly || answer.status() == 304;
    Transfer started =
        new Transfer(
            context,
            settings,
            client,
            turns,
            answer.body(),
            ok -> ended(context, ok && goesOn, ok));
    transfer = Optional.of(started);
    started.start(bare);
  }

  /** The answer is sent, or was broken off. */
  private void ended(ChannelHandlerContext context, boolean goesOn, boolean whole) {
    transfer = Optional.empty();
    client.end();
    if (!context.channel().isActive()) {
      return;
    }
    if (goesOn) {
      await(context);
    } else if (whole) {
      ChannelFuture unused =
          context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      abort(context);
    }
  }

  /** Resets the connection, so that nobody takes the answer for complete. */
  private static void abort(ChannelHandlerContext context) {
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    close(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    transfer.ifPresent(Transfer::writable);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("connection of {} failed", context.channel().remoteAddress(), cause);
    close(context);
  }

  private static void close(ChannelHandlerContext context) {
    ChannelFuture unused = context.close();
  }
}
