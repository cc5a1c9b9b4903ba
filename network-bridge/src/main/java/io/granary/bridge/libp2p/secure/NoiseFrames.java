package io.granary.bridge.libp2p.secure;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CoalescingBufferQueue;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Transport messages of an established Noise session: two length bytes, then the sealed bytes.
 *
 * <p>Outgoing: writes are collected until a flush or until a frame is full, so small writes share
 * one frame and the queue never holds more than one. Incoming: a frame that lies whole in what was
 * read is opened where it lies; one that is in pieces is gathered once, in a buffer of its own
 * length (64 KiB at most). Plaintext is handed on as one buffer a frame, of the kind that the
 * cipher writes to.
 *
 * <p>A frame that does not authenticate, is shorter than a tag, or is cut short by the end of the
 * connection is reported as {@link FrameException} to the handlers that follow, and the channel is
 * closed; nothing that follows it is read.
 */
final class NoiseFrames extends ChannelDuplexHandler {
  static final int LENGTH_BYTES = 2;
  static final int MESSAGE_BYTES_MAX = 65_535;
  static final int PLAIN_BYTES_MAX = MESSAGE_BYTES_MAX - SymmetricState.TAG_BYTES;

  private static final int NO_LENGTH = -1;

  private final FrameCipher outgoing;
  private final FrameCipher incoming;
  private final CoalescingBufferQueue unsealed;
  private int lengthHigh = NO_LENGTH;
  private int length = NO_LENGTH;
  private @Nullable ByteBuf gathered;
  private boolean broken;

  NoiseFrames(Channel channel, FrameCipher outgoing, FrameCipher incoming) {
    this.outgoing = outgoing;
    this.incoming = incoming;
    this.unsealed = new CoalescingBufferQueue(channel, 4, true);
  }

  // Outgoing.

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf plain)) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new IllegalArgumentException("not bytes: " + message.getClass()));
      return;
    }
    unsealed.add(plain, promise);
    while (unsealed.readableBytes() >= PLAIN_BYTES_MAX) {
      sealOne(ctx);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    while (!unsealed.isEmpty()) {
      sealOne(ctx);
    }
    ctx.flush();
  }

  private void sealOne(ChannelHandlerContext ctx) {
    ChannelPromise promise = ctx.newPromise();
    ByteBuf plain = unsealed.remove(PLAIN_BYTES_MAX, promise);
    try {
      int bytes = plain.readableBytes();
      if (bytes == 0) {
        promise.trySuccess();
        return;
      }
      ChannelFuture unused = ctx.write(sealed(ctx, plain, bytes), promise);
    } finally {
      plain.release();
    }
  }

  private ByteBuf sealed(ChannelHandlerContext ctx, ByteBuf plain, int bytes) {
    int sealedBytes = bytes + SymmetricState.TAG_BYTES;
    ByteBuf frame = ctx.alloc().ioBuffer(LENGTH_BYTES + sealedBytes);
    try {
      outgoing.seal(plain, bytes, frame.writeShort(sealedBytes));
      return frame;
    } catch (RuntimeException e) {
      frame.release();
      throw e;
    }
  }

  // Incoming.

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      while (!broken && in.isReadable()) {
        takeSome(ctx, in);
      }
    } catch (FrameException e) {
      fail(ctx, e);
    } finally {
      in.release();
    }
  }

  private void takeSome(ChannelHandlerContext ctx, ByteBuf in) {
    if (length == NO_LENGTH) {
      takeLength(in);
      return;
    }
    ByteBuf begun = gathered;
    if (begun == null && in.readableBytes() >= length) {
      ByteBuf plain = incoming.open(in, length, ctx.alloc());
      in.skipBytes(length);
      length = NO_LENGTH;
      ctx.fireChannelRead(plain);
      return;
    }
    if (begun == null) {
      begun = incoming.plain(length, ctx.alloc());
      gathered = begun;
    }
    begun.writeBytes(in, Math.min(in.readableBytes(), length - begun.readableBytes()));
    if (begun.readableBytes() == length) {
      gathered = null;
      takeGathered(ctx, begun);
    }
  }

  private void takeGathered(ChannelHandlerContext ctx, ByteBuf frame) {
    ByteBuf plain;
    try {
      plain = incoming.open(frame, length, ctx.alloc());
    } finally {
      frame.release();
    }
    length = NO_LENGTH;
    ctx.fireChannelRead(plain);
  }

  private void takeLength(ByteBuf in) {
    int octet = in.readUnsignedByte();
    if (lengthHigh == NO_LENGTH) {
      lengthHigh = octet;
      return;
    }
    length = lengthHigh << 8 | octet;
    lengthHigh = NO_LENGTH;
    if (length < SymmetricState.TAG_BYTES) {
      throw new FrameException("frame of " + length + " bytes is shorter than its tag");
    }
  }

  private void fail(ChannelHandlerContext ctx, FrameException reason) {
    broken = true;
    releaseGathered();
    ctx.fireExceptionCaught(reason);
    ChannelFuture unused = ctx.close();
  }

  private void checkNotCutShort(ChannelHandlerContext ctx) {
    if (!broken && (length != NO_LENGTH || lengthHigh != NO_LENGTH)) {
      fail(ctx, new FrameException("connection ended within a frame"));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      checkNotCutShort(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    checkNotCutShort(ctx);
    releaseAll(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    releaseAll(ctx);
  }

  private void releaseAll(ChannelHandlerContext ctx) {
    releaseGathered();
    if (!unsealed.isEmpty()) {
      unsealed.releaseAndFailAll(ctx, new ClosedChannelException());
    }
  }

  private void releaseGathered() {
    ByteBuf begun = gathered;
    gathered = null;
    if (begun != null) {
      begun.release();
    }
  }
}
