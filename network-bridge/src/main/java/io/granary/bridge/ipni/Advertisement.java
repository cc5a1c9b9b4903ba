package io.granary.bridge.ipni;

import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.SignedEnvelope;
import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import io.granary.protocol.json.JsonCursor;
import io.granary.protocol.json.JsonShapeException;
import io.granary.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Says that the provider has what {@code entries} lists, or, with {@code removal}, no longer has
 * what an earlier one with the same context listed (ipni/specs; go-libipni ingest/schema).
 *
 * @param previous the advertisement before this one in the chain
 * @param provider the peer id as text
 * @param addresses where the data is had, as multiaddrs
 * @param signature a libp2p envelope over all but the context
 * @param entries the first {@link EntryChunk}, or {@link #NO_ENTRIES}
 * @param contextId names what is advertised, for its removal
 * @param metadata how the data is had
 */
record Advertisement(
    Optional<Cid> previous,
    String provider,
    List<String> addresses,
    Bytes signature,
    Cid entries,
    Bytes contextId,
    Bytes metadata,
    boolean removal) {
  /** The link of an advertisement without entries: raw, 16 bytes of the sha2-256 of nothing. */
  static final Cid NO_ENTRIES = Cid.parse("bafkreehdwdcefgh4dqkjv67uzcmw7oje");

  /** Metadata of the trustless gateway over HTTP: its protocol id without a payload. */
  static final Bytes GATEWAY_METADATA = Bytes.fromHex("a01200");

  static final int CONTEXT_BYTES_MAX = 64;
  static final int METADATA_BYTES_MAX = 1024;
  static final String DOMAIN = "indexer";
  static final Bytes PAYLOAD_TYPE = utf8("/indexer/ingest/adSignature");

  Advertisement {
    addresses = List.copyOf(addresses);
    if (contextId.length() > CONTEXT_BYTES_MAX || metadata.length() > METADATA_BYTES_MAX) {
      throw new IllegalArgumentException(
          "advertisement: context of "
              + contextId.length()
              + " bytes and metadata of "
              + metadata.length()
              + ", allowed are "
              + CONTEXT_BYTES_MAX
              + " and "
              + METADATA_BYTES_MAX);
    }
  }

  /** Makes and signs one; the provider is the signer. */
  static Advertisement sign(
      Identity signer,
      Optional<Cid> previous,
      List<String> addresses,
      Cid entries,
      Bytes contextId,
      Bytes metadata,
      boolean removal) {
    Advertisement unsigned =
        new Advertisement(
            previous,
            signer.peerId().toString(),
            addresses,
            Bytes.empty(),
            entries,
            contextId,
            metadata,
            removal);
    SignedEnvelope envelope =
        SignedEnvelope.sign(signer, DOMAIN, PAYLOAD_TYPE, unsigned.signedPayload());
    return new Advertisement(
        previous,
        unsigned.provider(),
        addresses,
        Bytes.of(envelope.encode()),
        entries,
        contextId,
        metadata,
        removal);
  }

  /** What is signed: the sha2-256 multihash of the fields one after the other. */
  Bytes signedPayload() {
    List<Bytes> parts = new ArrayList<>();
    previous.ifPresent(cid -> parts.add(cid.bytes()));
    parts.add(entries.bytes());
    parts.add(utf8(provider));
    addresses.forEach(address -> parts.add(utf8(address)));
    parts.add(metadata);
    parts.add(Bytes.of(new byte[] {(byte) (removal ? 1 : 0)}));
    Bytes hash = Sha256.hash(Bytes.concat(parts.toArray(new Bytes[0])));
    return Bytes.concat(Varint.encode(Cid.SHA2_256), Varint.encode(hash.length()), hash);
  }

  /** As it is stored and served. */
  IpniBlock dagJson() {
    DagJson map =
        new DagJson()
            .texts("Addresses", addresses)
            .bytes("ContextID", contextId)
            .link("Entries", entries)
            .bool("IsRm", removal)
            .bytes("Metadata", metadata)
            .text("Provider", provider)
            .bytes("Signature", signature);
    previous.ifPresent(cid -> map.link("PreviousID", cid));
    return IpniBlock.dagJson(map.encode());
  }

  /**
   * Reads one of ours, as {@link #dagJson} writes it.
   *
   * @throws JsonShapeException when it is none
   */
  static Advertisement parse(Bytes dagJson) {
    JsonCursor map = JsonCursor.root(JsonText.parse(dagJson.toArray()));
    return new Advertisement(
        map.node().has("PreviousID") ? Optional.of(link(map, "PreviousID")) : Optional.empty(),
        map.member("Provider").text(),
        map.member("Addresses").elements().stream().map(JsonCursor::text).toList(),
        bytes(map, "Signature"),
        link(map, "Entries"),
        bytes(map, "ContextID"),
        bytes(map, "Metadata"),
        map.member("IsRm").bool());
  }

  private static Cid link(JsonCursor map, String key) {
    return Cid.parse(map.member(key).member("/").text());
  }

  private static Bytes bytes(JsonCursor map, String key) {
    String text = map.member(key).member("/").member("bytes").text();
    return Bytes.of(Base64.getDecoder().decode(text));
  }

  private static Bytes utf8(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
