package io.granary.bridge.libp2p.secure;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.LengthPrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The messages of multistream-select 1.0: a varint length, UTF-8 text, a newline that the length
 * counts. Rules and bounds: libp2p/specs {@code connections/README.md}, multiformats/
 * multistream-select, go-multistream.
 */
final class MultistreamTokens {
  static final String HEADER = "/multistream/1.0.0";
  static final String NOT_AVAILABLE = "na";

  private static final int QUOTE_CHARS_MAX = 80;

  private MultistreamTokens() {}

  /**
   * Reads one token, or nothing and leaves the buffer as it was when its end is still missing.
   *
   * @throws NegotiationException when no continuation could make it a token
   */
  static Optional<String> read(ByteBuf in, int bytesMax) {
    int start = in.readerIndex();
    int length = readLength(in, bytesMax);
    if (length == LengthPrefix.MORE_NEEDED || in.readableBytes() < length) {
      in.readerIndex(start);
      return Optional.empty();
    }
    int text = in.readerIndex();
    if (in.getByte(text + length - 1) != '\n') {
      throw new NegotiationException("multistream token of " + length + " bytes has no newline");
    }
    if (length == 1) {
      throw new NegotiationException("multistream token is empty");
    }
    if (!ByteBufUtil.isText(in, text, length - 1, StandardCharsets.UTF_8)) {
      throw new NegotiationException("multistream token is not UTF-8");
    }
    String token = in.toString(text, length - 1, StandardCharsets.UTF_8);
    in.skipBytes(length);
    return Optional.of(token);
  }

  private static int readLength(ByteBuf in, int bytesMax) {
    int length;
    try {
      length = LengthPrefix.read(in, bytesMax, "multistream token");
    } catch (CodecException e) {
      throw new NegotiationException(String.valueOf(e.getMessage()), e);
    }
    if (length == 0) {
      throw new NegotiationException("multistream token of length 0");
    }
    return length;
  }

  /** Appends a token to {@code out}. */
  static void write(ByteBuf out, String token) {
    int length = ByteBufUtil.utf8Bytes(token) + 1;
    int rest = length;
    while (rest >= 0x80) {
      out.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
    ByteBufUtil.writeUtf8(out, token);
    out.writeByte('\n');
  }

  /**
   * Checks an id that this side wants to use.
   *
   * @throws IllegalArgumentException when it can not be sent
   */
  static String requireSendable(String protocol, int bytesMax) {
    if (protocol.isEmpty()
        || protocol.indexOf('\n') >= 0
        || ByteBufUtil.utf8Bytes(protocol) >= bytesMax) {
      throw new IllegalArgumentException("not a protocol id that can be proposed: " + protocol);
    }
    return protocol;
  }

  /** A remote's text, made safe to stand in a message. */
  static String quote(String token) {
    StringBuilder quoted = new StringBuilder("'");
    int shown = Math.min(token.length(), QUOTE_CHARS_MAX);
    for (int i = 0; i < shown; i++) {
      char c = token.charAt(i);
      quoted.append(Character.isISOControl(c) ? '?' : c);
    }
    return quoted.append(shown < token.length() ? "…'" : "'").toString();
  }
}
