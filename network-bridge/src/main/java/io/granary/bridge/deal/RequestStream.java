package io.granary.bridge.deal;

import io.granary.bridge.BridgeOperatorLog;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. The request ends where its CBOR item ends; clients keep their side
 * open while they wait, or close it. What follows the item is dropped. Once the desk was asked, a
 * peer that goes away changes nothing: the desk decides all the same. Runs on the stream's event
 * loop.
 */
final class RequestStream<Q> extends LastWord {
  /** Said while too much is under way. */
  static final String BUSY = "server error: too many requests are under way, try again later";

  /** Said when the desk could not be asked. */
  static final String UNREACHABLE =
      "server error: the provider cannot look into it now, try again later";

  private enum Stage {
    READING,
    WAITING,
    AT_DESK,
    OVER
  }

  private final DealService<Q> service;
  private final DealEndpointSettings settings;
  private final RequestPool pool;
  private final Executor deskExecutor;
  private final CborItem request;
  private Stage stage = Stage.READING;
  private Optional<Q> question = Optional.empty();
  private RequestPool.@Nullable Ticket ticket;
  private @Nullable Future<?> answerLimit;

  RequestStream(
      P2pStream stream,
      DealService<Q> service,
      DealEndpointSettings settings,
      RequestPool pool,
      Executor deskExecutor) {
    super(stream, settings);
    this.service = service;
    this.settings = settings;
    this.pool = pool;
    this.deskExecutor = deskExecutor;
    this.request = new CborItem(service.requestBytesMax());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    Optional<RequestPool.Ticket> place = pool.enter(stream().remotePeer());
    if (place.isEmpty()) {
      refuse(ctx, BUSY);
      return;
    }
    ticket = place.get();
    answerLimit =
        ctx.executor()
            .schedule(() -> late(ctx), settings.answerLimit().toMillis(), TimeUnit.MILLISECONDS);
    if (place.get().mayRead(() -> onLoop(ctx, () -> read(ctx)))) {
      read(ctx);
    } else {
      ctx.channel().config().setAutoRead(false);
    }
  }

  private void read(ChannelHandlerContext ctx) {
    if (stage == Stage.READING) {
      limit(
          ctx,
          settings.readLimit(),
          () -> refuse(ctx, "the request did not arrive within " + settings.readLimit()));
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (stage == Stage.READING && message instanceof ByteBuf bytes) {
      take(ctx, bytes);
    }
    super.channelRead(ctx, message);
  }

  private void take(ChannelHandlerContext ctx, ByteBuf bytes) {
    try {
      Optional<Bytes> whole = request.take(bytes);
      if (whole.isPresent()) {
        question = Optional.of(service.reader().apply(whole.get()));
        request.clear();
        await(ctx, question.get());
      }
    } catch (CborException e) {
      refuse(ctx, "the request cannot be read: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      refuse(ctx, "the request cannot be taken: " + e.getMessage());
    }
  }

  /** From here on the socket is not read: there is nothing more to ask on this stream. */
  private void await(ChannelHandlerContext ctx, Q asked) {
    unlimited();
    stage = Stage.WAITING;
    ctx.channel().config().setAutoRead(false);
    if (ticket != null) {
      RequestPool.Ticket mine = ticket;
      mine.awaitTurn(() -> onLoop(ctx, () -> ask(ctx, mine, asked)));
    }
  }

  private void ask(ChannelHandlerContext ctx, RequestPool.Ticket mine, Q asked) {
    if (stage != Stage.WAITING) {
      mine.endTurn();
      return;
    }
    stage = Stage.AT_DESK;
    try {
      deskExecutor.execute(
          () ->
              askDesk(asked)
                  .whenComplete(
                      (answer, problem) -> {
                        mine.endTurn();
                        onLoop(ctx, () -> answered(ctx, answer, problem));
                      }));
    } catch (RejectedExecutionException e) {
      mine.endTurn();
      answered(ctx, null, e);
    }
  }

  private CompletionStage<? extends CborEncodable> askDesk(Q asked) {
    try {
      return service.desk().apply(asked);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void answered(
      ChannelHandlerContext ctx, @Nullable CborEncodable answer, @Nullable Throwable problem) {
    if (stage == Stage.OVER) {
      return;
    }
    if (answer != null && problem == null) {
      answer(ctx, Optional.of(answer));
    } else {
      BridgeOperatorLog.deskFailed(stream().protocol(), stream().remotePeer(), problem);
      refuse(ctx, UNREACHABLE);
    }
  }

  private void late(ChannelHandlerContext ctx) {
    if (stage == Stage.AT_DESK) {
      BridgeOperatorLog.deskLate(
          stream().protocol(), stream().remotePeer(), settings.answerLimit());
      refuse(
          ctx,
          "server error: no decision within "
              + settings.answerLimit().toSeconds()
              + " s; it may still come: try again later");
    } else {
      refuse(ctx, BUSY);
    }
  }

  private void refuse(ChannelHandlerContext ctx, String reason) {
    answer(ctx, service.refusal().apply(question, reason));
  }

  private void answer(ChannelHandlerContext ctx, Optional<CborEncodable> answer) {
    if (stage == Stage.OVER) {
      return;
    }
    end();
    if (answer.isPresent() && ctx.channel().isOpen()) {
      say(ctx, answer.get().toCbor());
    } else {
      stream().reset();
    }
  }

  /** Nothing is to be read or asked any more, and nothing is held. */
  private void end() {
    stage = Stage.OVER;
    request.clear();
    unlimited();
    if (answerLimit != null) {
      answerLimit.cancel(false);
    }
    if (ticket != null) {
      ticket.endTurn();
      ticket.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent && stage == Stage.READING) {
      refuse(ctx, "the stream ended after " + request.size() + " bytes, before the request did");
    }
    super.userEventTriggered(ctx, event);
  }

  /** A request at the desk keeps its place until the desk is done, so that a peer has no more. */
  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    if (stage == Stage.READING || stage == Stage.WAITING) {
      end();
    }
    super.channelInactive(ctx);
  }

  private static void onLoop(ChannelHandlerContext ctx, Runnable task) {
    if (ctx.executor().inEventLoop()) {
      task.run();
    } else {
      try {
        ctx.executor().execute(task);
      } catch (RejectedExecutionException e) {
        BridgeOperatorLog.answerLost(e);
      }
    }
  }
}
