package io.granary.bridge.libp2p.peer;

import io.granary.bridge.libp2p.peer.Multiaddr.Part;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The text and binary forms of a multiaddr's parts (multiformats/multiaddr, "Specification"). */
final class MultiaddrCodec {
  private MultiaddrCodec() {}

  static List<Part> parse(String text) {
    if (text.length() > Multiaddr.TEXT_LENGTH_MAX) {
      throw new PeerFormatException(
          "multiaddr: " + text.length() + " characters, at most " + Multiaddr.TEXT_LENGTH_MAX);
    }
    if (!text.startsWith("/")) {
      throw new PeerFormatException("multiaddr: " + PartText.quote(text) + " has no / in front");
    }
    int end = text.length();
    while (end > 1 && text.charAt(end - 1) == '/') {
      end--;
    }
    List<Part> parts = new ArrayList<>();
    String[] words = text.substring(1, end).split("/", -1);
    int at = 0;
    while (at < words.length) {
      MultiaddrProtocol protocol = named(words, at);
      int next = next(protocol, at, words.length);
      parts.add(part(protocol, words, at + 1, next));
      at = next;
    }
    return parts;
  }

  private static MultiaddrProtocol named(String[] words, int at) {
    return MultiaddrProtocol.named(words[at])
        .orElseThrow(
            () ->
                new PeerFormatException(
                    "multiaddr: no protocol "
                        + PartText.quote(words[at])
                        + " (word "
                        + (at + 1)
                        + ")"));
  }

  /** The word after the part that begins at {@code at}. */
  private static int next(MultiaddrProtocol protocol, int at, int end) {
    return switch (protocol.value()) {
      case NONE -> at + 1;
      case PATH -> end;
      default -> at + 2;
    };
  }

  private static Part part(MultiaddrProtocol protocol, String[] words, int from, int to) {
    if (protocol.value() == PartValue.NONE) {
      return new Part(protocol, Bytes.empty());
    }
    if (from >= words.length || words[from].isEmpty()) {
      throw new PeerFormatException(
          "multiaddr: nothing after /" + protocol + " (word " + from + ")");
    }
    String text = String.join("/", Arrays.asList(words).subList(from, to));
    try {
      Bytes value = protocol.value().ofText(text);
      protocol.value().check(value);
      return new Part(protocol, value);
    } catch (PeerFormatException e) {
      throw new PeerFormatException(
          "multiaddr: /" + protocol + " " + PartText.quote(text) + ": " + e.getMessage(), e);
    }
  }

  static List<Part> decode(Bytes binary) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < binary.length()) {
      Varint.Read code = number(binary, at, "protocol code");
      int offset = at;
      MultiaddrProtocol protocol =
          MultiaddrProtocol.coded(code.value())
              .orElseThrow(
                  () ->
                      new PeerFormatException(
                          "multiaddr: no protocol with code "
                              + code.value()
                              + " (byte "
                              + offset
                              + ")"));
      int start = code.next();
      long length = protocol.value().length();
      if (length == PartValue.VARIABLE) {
        Varint.Read read = number(binary, start, "length of /" + protocol);
        start = read.next();
        length = read.value();
      }
      parts.add(part(protocol, binary, start, length));
      at = start + (int) length;
    }
    return parts;
  }

  private static Varint.Read number(Bytes binary, int at, String what) {
    try {
      return Varint.decode(binary, at, "multiaddr: " + what);
    } catch (IllegalArgumentException e) {
      throw new PeerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Part part(MultiaddrProtocol protocol, Bytes binary, int start, long length) {
    if (length > binary.length() - start) {
      throw new PeerFormatException(
          "multiaddr: /"
              + protocol
              + " has "
              + length
              + " bytes, "
              + (binary.length() - start)
              + " follow");
    }
    Bytes value = binary.slice(start, (int) length);
    try {
      if (value.isEmpty() && protocol.value() != PartValue.NONE) {
        throw new PeerFormatException("empty");
      }
      protocol.value().check(value);
    } catch (PeerFormatException e) {
      throw new PeerFormatException(
          "multiaddr: /" + protocol + " (byte " + start + "): " + e.getMessage(), e);
    }
    return new Part(protocol, value);
  }

  static Bytes encode(List<Part> parts) {
    List<Bytes> pieces = new ArrayList<>();
    for (Part part : parts) {
      pieces.add(Varint.encode(part.protocol().code()));
      if (part.protocol().value().length() == PartValue.VARIABLE) {
        pieces.add(Varint.encode(part.value().length()));
      }
      pieces.add(part.value());
    }
    return Bytes.concat(pieces.toArray(Bytes[]::new));
  }

  static String print(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append('/').append(part.protocol());
      if (part.protocol().value() != PartValue.NONE) {
        text.append('/').append(part.text());
      }
    }
    return text.toString();
  }
}
