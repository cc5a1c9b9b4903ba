package io.granary.bridge.libp2p.peer;

import io.granary.bridge.libp2p.codec.CodecException;
import io.granary.bridge.libp2p.codec.ProtoReader;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a peer says it can be reached (libp2p RFC 0003, routing records). Travels in a {@link
 * SignedEnvelope}, so that others may pass it on.
 *
 * @param peer whose addresses these are
 * @param sequence unsigned; of two records of a peer the one with the higher counts
 * @param addresses at most {@link #ADDRESSES_MAX}
 */
public record PeerRecord(PeerId peer, long sequence, List<Multiaddr> addresses) {
  /** The most addresses one record may have. */
  public static final int ADDRESSES_MAX = 256;

  /** The domain its envelope is signed for. */
  public static final String DOMAIN = "libp2p-peer-record";

  /** The payload type of its envelope: the multicodec libp2p-peer-record. */
  public static final Bytes PAYLOAD_TYPE = Bytes.fromHex("0301");

  private static final int PEER_ID = 1;
  private static final int SEQUENCE = 2;
  private static final int ADDRESS_INFO = 3;
  private static final int MULTIADDR = 1;

  public PeerRecord {
    addresses = List.copyOf(addresses);
    if (addresses.size() > ADDRESSES_MAX) {
      throw new PeerFormatException(
          "peer record: " + addresses.size() + " addresses, at most " + ADDRESSES_MAX);
    }
  }

  /**
   * Reads a Protobuf {@code PeerRecord}. Addresses that can not be read are left out: a peer may
   * announce kinds that we do not know.
   *
   * @throws PeerFormatException when it is none
   */
  public static PeerRecord decode(byte[] protobuf) {
    if (protobuf.length > SignedEnvelope.BYTES_MAX) {
      throw new PeerFormatException(
          "peer record: " + protobuf.length + " bytes, at most " + SignedEnvelope.BYTES_MAX);
    }
    try {
      return read(new ProtoReader(protobuf, "peer record"));
    } catch (CodecException e) {
      throw new PeerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PeerRecord read(ProtoReader in) {
    byte[] peer = {};
    long sequence = 0;
    int announced = 0;
    List<Multiaddr> addresses = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case PEER_ID -> peer = in.bytes(SignedEnvelope.BYTES_MAX);
        case SEQUENCE -> sequence = in.varint();
        case ADDRESS_INFO -> {
          if (++announced > ADDRESSES_MAX) {
            throw new PeerFormatException("peer record: more than " + ADDRESSES_MAX + " addresses");
          }
          readAddress(in.message("address of peer record")).ifPresent(addresses::add);
        }
        default -> in.skip();
      }
    }
    return new PeerRecord(PeerId.ofBytes(peer), sequence, addresses);
  }

  private static Optional<Multiaddr> readAddress(ProtoReader in) {
    byte[] address = {};
    while (in.next()) {
      if (in.field() == MULTIADDR) {
        address = in.bytes(SignedEnvelope.BYTES_MAX);
      }
    }
    try {
      return Optional.of(Multiaddr.ofBytes(address));
    } catch (PeerFormatException unknownKind) {
      return Optional.empty();
    }
  }

  /** The Protobuf {@code PeerRecord}. */
  public byte[] encode() {
    ProtoWriter out = new ProtoWriter().bytes(PEER_ID, peer.bytes()).varint(SEQUENCE, sequence);
    for (Multiaddr address : addresses) {
      out.bytes(ADDRESS_INFO, new ProtoWriter().bytes(MULTIADDR, address.bytes()).toBytes());
    }
    return out.toBytes();
  }

  /**
   * This record in an envelope of its peer.
   *
   * @throws IllegalArgumentException when {@code signer} is not the peer
   */
  public SignedEnvelope seal(Identity signer) {
    if (!signer.peerId().equals(peer)) {
      throw new IllegalArgumentException("record of " + peer + " can not be signed by " + signer);
    }
    return SignedEnvelope.sign(signer, DOMAIN, PAYLOAD_TYPE, Bytes.of(encode()));
  }

  /**
   * The record in an envelope from outside.
   *
   * @throws PeerFormatException unless it is a peer record signed by the very peer it is about
   */
  public static PeerRecord open(SignedEnvelope envelope) {
    if (!envelope.payloadType().equals(PAYLOAD_TYPE)) {
      throw new PeerFormatException("envelope: holds no peer record");
    }
    if (!envelope.isSignedFor(DOMAIN)) {
      throw new PeerFormatException("envelope: the signature of the peer record is wrong");
    }
    PeerRecord peerRecord = decode(envelope.payload().toArray());
    if (!peerRecord.peer().equals(envelope.signer())) {
      throw new PeerFormatException(
          "envelope: record of " + peerRecord.peer() + " signed by " + envelope.signer());
    }
    return peerRecord;
  }
}
