package io.granary.bridge.libp2p.yamux;

import io.netty.buffer.ByteBuf;

/** The 12-byte header (hashicorp/yamux spec.md): version, type, flags, stream id, length. */
final class Frame {
  static final int HEADER_BYTES = 12;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  static final long UINT32_MAX = 0xFFFF_FFFFL;

  private Frame() {}

  /** Appends a header; {@code id} and {@code length} are taken as unsigned. */
  static void write(ByteBuf out, int type, int flags, int id, int length) {
    out.writeByte(0);
    out.writeByte(type);
    out.writeShort(flags);
    out.writeInt(id);
    out.writeInt(length);
  }
}
