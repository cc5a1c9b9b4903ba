package io.granary.bridge.libp2p.secure;

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

  private static final int VARINT_BYTES_MAX = 3;
  private static final int MORE_NEEDED = -1;
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
    if (length == MORE_NEEDED || in.readableBytes() < length) {
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
    int length = 0;
    for (int i = 0; in.isReadable(); i++) {
      int octet = in.readUnsignedByte();
      length |= (octet & 0x7f) << (7 * i);
      if (length > bytesMax) {
        throw new NegotiationException("multistream token above " + bytesMax + " bytes");
      }
      if (octet < 0x80) {
        return checkedLength(length, i, octet);
      }
      if (i == VARINT_BYTES_MAX - 1) {
        throw new NegotiationException("multistream token with an over-long length");
      }
    }
    return MORE_NEEDED;
  }

  private static int checkedLength(int length, int index, int lastOctet) {
    if (index > 0 && lastOctet == 0) {
      throw new NegotiationException("multistream token with an over-long length");
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
