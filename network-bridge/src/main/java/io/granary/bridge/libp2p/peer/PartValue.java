package io.granary.bridge.libp2p.peer;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.Multibase;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * The forms that values of a multiaddr's parts have. Each reads text, prints bytes, and checks
 * bytes from outside; a form with a fixed length has no length before it in the binary form. All
 * throw {@link PeerFormatException} with the bare complaint, to which the address adds the part.
 */
enum PartValue {
  NONE(0) {
    @Override
    Bytes ofText(String text) {
      return Bytes.empty();
    }

    @Override
    String print(Bytes value) {
      return "";
    }
  },

  IP4(IpText.IP4_BYTES) {
    @Override
    Bytes ofText(String text) {
      return parsed(IpText.parseIp4(text), "is no IPv4 address");
    }

    @Override
    String print(Bytes value) {
      return IpText.printIp4(value.toArray());
    }
  },

  IP6(IpText.IP6_BYTES) {
    @Override
    Bytes ofText(String text) {
      return parsed(IpText.parseIp6(text), "is no IPv6 address");
    }

    @Override
    String print(Bytes value) {
      return IpText.printIp6(value.toArray());
    }
  },

  PORT(Short.BYTES) {
    @Override
    Bytes ofText(String text) {
      int port = Digits.parse(text, 10, 5, 0xffff);
      if (port < 0) {
        throw new PeerFormatException("is no port (0 to 65535)");
      }
      return Bytes.of(new byte[] {(byte) (port >> 8), (byte) port});
    }

    @Override
    String print(Bytes value) {
      return String.valueOf((value.at(0) & 0xff) << 8 | (value.at(1) & 0xff));
    }
  },

  PREFIX_BITS(1) {
    @Override
    Bytes ofText(String text) {
      int bits = Digits.parse(text, 10, 3, 0xff);
      if (bits < 0) {
        throw new PeerFormatException("is no prefix length (0 to 255)");
      }
      return Bytes.of(new byte[] {(byte) bits});
    }

    @Override
    String print(Bytes value) {
      return String.valueOf(value.at(0) & 0xff);
    }
  },

  NUMBER(Long.BYTES) {
    @Override
    Bytes ofText(String text) {
      if (!DIGITS.matcher(text).matches()) {
        throw new PeerFormatException("is no number below 2^64");
      }
      try {
        long number = Long.parseUnsignedLong(text);
        return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
      } catch (NumberFormatException e) {
        throw new PeerFormatException("is no number below 2^64", e);
      }
    }

    @Override
    String print(Bytes value) {
      return Long.toUnsignedString(ByteBuffer.wrap(value.toArray()).getLong());
    }
  },

  NAME {
    @Override
    Bytes ofText(String text) {
      return PartText.encode(text);
    }

    @Override
    String print(Bytes value) {
      return PartText.decode(value);
    }

    @Override
    void check(Bytes value) {
      if (value.length() > NAME_BYTES_MAX) {
        throw new PeerFormatException("has " + value.length() + " bytes, at most 255");
      }
      String name = PartText.decode(value);
      if (name.indexOf('/') >= 0) {
        throw new PeerFormatException("has a / inside");
      }
      if (name.chars().anyMatch(PartText::isWhite)) {
        throw new PeerFormatException("has white space");
      }
    }
  },

  PATH {
    @Override
    Bytes ofText(String text) {
      return PartText.encode('/' + text);
    }

    @Override
    String print(Bytes value) {
      return PartText.decode(value).substring(1);
    }

    @Override
    void check(Bytes value) {
      String path = PartText.decode(value);
      if (!path.startsWith("/") || path.startsWith("//") || path.endsWith("/")) {
        throw new PeerFormatException("is the path of no socket");
      }
    }
  },

  HTTP_PATH {
    @Override
    Bytes ofText(String text) {
      return PartText.percentDecode(text);
    }

    @Override
    String print(Bytes value) {
      return PartText.percentEncode(value, "");
    }
  },

  PEER {
    @Override
    Bytes ofText(String text) {
      return PeerId.parse(text).multihash();
    }

    @Override
    String print(Bytes value) {
      return new PeerId(value).toString();
    }

    @Override
    void check(Bytes value) {
      PeerId.checkMultihash(value);
    }
  },

  HASH {
    @Override
    Bytes ofText(String text) {
      try {
        return Multibase.decode(text, Multiaddr.TEXT_LENGTH_MAX, "hash");
      } catch (CodecException e) {
        throw new PeerFormatException(String.valueOf(e.getMessage()), e);
      }
    }

    @Override
    String print(Bytes value) {
      return Multibase.base64url(value);
    }

    @Override
    void check(Bytes value) {
      try {
        Varint.Read code = Varint.decode(value, 0, "multihash code");
        Varint.Read length = Varint.decode(value, code.next(), "multihash length");
        if (length.value() != value.length() - length.next()) {
          throw new PeerFormatException("is no multihash: its length is wrong");
        }
      } catch (IllegalArgumentException e) {
        throw new PeerFormatException("is no multihash", e);
      }
    }
  };

  /** The length of a form whose values have theirs before them. */
  static final int VARIABLE = -1;

  private static final int NAME_BYTES_MAX = 255;
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");

  private final int length;

  PartValue() {
    this(VARIABLE);
  }

  PartValue(int length) {
    this.length = length;
  }

  /** Bytes in the binary form, or {@link #VARIABLE}. */
  int length() {
    return length;
  }

  /** The bytes of text that is not empty, before {@link #check}. */
  abstract Bytes ofText(String text);

  /** The text of checked bytes. */
  abstract String print(Bytes value);

  /** Checks bytes of the right length that came from text or from outside. */
  void check(Bytes value) {}

  private static Bytes parsed(byte[] address, String complaint) {
    if (address.length == 0) {
      throw new PeerFormatException(complaint);
    }
    return Bytes.of(address);
  }
}
