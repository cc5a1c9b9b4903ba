package io.granary.bridge.libp2p.reach;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.bridge.libp2p.peer.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * The answer of a peer that was asked to dial us (autonat-v1.md).
 *
 * @param address where it reached us
 * @param text what it says of a failure
 */
record DialBack(Outcome outcome, Optional<Multiaddr> address, String text) {
  /** How far it came. */
  enum Outcome {
    REACHED,
    /** It dialed and did not get through. */
    NOT_REACHED,
    /** It did not try, or could not. */
    NOT_TRIED
  }

  static final String PROTOCOL = "/libp2p/autonat/1.0.0";

  /** Of one message, as in go-libp2p (network.MessageSize of autonat is 4 KiB, ours is above). */
  static final int MESSAGE_BYTES_MAX = 8 * 1024;

  private static final int TYPE = 1;
  private static final int DIAL = 2;
  private static final int DIAL_RESPONSE = 3;
  private static final long RESPONSE_TYPE = 1;
  private static final long OK = 0;
  private static final long DIAL_ERROR = 100;
  private static final int TEXT_BYTES_MAX = 1024;

  /** Asks to be dialed: Message{type DIAL, dial{peer{id, addresses}}}. */
  static byte[] request(PeerId self, List<Multiaddr> addresses) {
    ProtoWriter peer = new ProtoWriter().bytes(1, self.bytes());
    addresses.forEach(address -> peer.bytes(2, address.bytes()));
    byte[] dial = new ProtoWriter().bytes(1, peer.toBytes()).toBytes();
    return new ProtoWriter().varint(TYPE, 0).bytes(DIAL, dial).toBytes();
  }

  /**
   * Reads Message{type DIAL_RESPONSE, dialResponse{status, text, address}}.
   *
   * @throws CodecException for anything else
   */
  static DialBack response(byte[] message) {
    ProtoReader in = new ProtoReader(message, "autonat");
    long type = -1;
    Optional<DialBack> answer = Optional.empty();
    while (in.next()) {
      switch (in.field()) {
        case TYPE -> type = in.varint();
        case DIAL_RESPONSE -> answer = Optional.of(read(in.message("autonat response")));
        default -> in.skip();
      }
    }
    if (type != RESPONSE_TYPE) {
      throw new CodecException("autonat: expected a response, got type " + type);
    }
    return answer.orElseThrow(() -> new CodecException("autonat: a response without its content"));
  }

  private static DialBack read(ProtoReader in) {
    long status = OK;
    String text = "";
    Optional<Multiaddr> address = Optional.empty();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> status = in.varint();
        case 2 -> text = in.text(TEXT_BYTES_MAX);
        case 3 -> address = Optional.of(address(in.bytes(Multiaddr.BYTES_MAX)));
        default -> in.skip();
      }
    }
    if (status == OK) {
      return new DialBack(Outcome.REACHED, address, text);
    }
    return new DialBack(
        status == DIAL_ERROR ? Outcome.NOT_REACHED : Outcome.NOT_TRIED,
        Optional.empty(),
        text.isEmpty() ? "status " + status : text);
  }

  private static Multiaddr address(byte[] binary) {
    try {
      return Multiaddr.ofBytes(binary);
    } catch (PeerFormatException e) {
      throw new CodecException("autonat: the address " + e.getMessage(), e);
    }
  }
}
