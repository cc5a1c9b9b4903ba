package io.granary.bridge.libp2p.secure;

import io.netty.channel.ChannelHandlerContext;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The answering side of multistream-select 1.0: echoes the first proposal that is supported, says
 * {@code na} to others, and leaves the pipeline once agreed. Bytes that follow the accepted
 * proposal reach the next handlers unchanged, after {@code agreed} was called and {@link
 * MultistreamAgreed} was fired, so {@code agreed} is the place to install the protocol's handlers.
 *
 * <p>A negotiation ends without agreement, with {@link MultistreamFailed} and a closed channel, at
 * a token that is none (length zero, too long, over-long varint, no newline, empty, not UTF-8), at
 * more refusals than allowed, at the time limit, or when the remote stops sending. Answers of one
 * read leave as one write, so that a flood of tiny proposals costs one small write.
 */
public final class MultistreamListener extends MultistreamNegotiation {
  private final Predicate<String> supported;

  /**
   * @param supported exact match is its business; it is given the id as the remote wrote it
   * @param agreed called on the event loop, once, before any byte of the protocol is handed on
   */
  public MultistreamListener(
      Predicate<String> supported, NegotiationLimits limits, Consumer<String> agreed) {
    super(limits, agreed);
    this.supported = supported;
  }

  /** Supports exactly the ids of a set. */
  public MultistreamListener(
      Set<String> supported, NegotiationLimits limits, Consumer<String> agreed) {
    this(Set.copyOf(supported)::contains, limits, agreed);
  }

  @Override
  void token(ChannelHandlerContext ctx, String proposal) {
    if (supported.test(proposal)) {
      say(ctx, proposal);
      agree(ctx, proposal);
    } else {
      countRefusal(proposal);
      say(ctx, MultistreamTokens.NOT_AVAILABLE);
    }
  }

  @Override
  void told(@Nullable String protocol, @Nullable NegotiationException reason) {
    // the consumer and the user events have told it already
  }
}
