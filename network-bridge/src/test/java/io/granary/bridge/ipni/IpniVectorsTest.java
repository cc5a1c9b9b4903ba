package io.granary.bridge.ipni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.SignedEnvelope;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.vector.VectorRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IpniVectorsTest {
  private static final JsonNode FILE = VectorRows.file("market-ipni");
  private static final String TOPIC = "/indexer/ingest/mainnet";
  private static final List<String> ADDRESSES = List.of("/dns4/sp.example/tcp/443/https");

  private final Identity identity = identity();

  private static Identity identity() {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 0x11);
    return Identity.ofSeed(seed);
  }

  private static String text(String member) {
    return FILE.required(member).asText();
  }

  private static Bytes hex(String member) {
    return Bytes.fromHex(text(member));
  }

  @Test
  void vectorFileHoldsNothingElse() {
    List<String> names = new ArrayList<>();
    FILE.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "sources",
            "note",
            "peer_id",
            "find_result_metadata_base64",
            "metadata",
            "no_entries_cid",
            "entry_chunk_dag_json",
            "entry_chunk_dag_json_cid",
            "entry_chunk_dag_cbor",
            "entry_chunk_dag_cbor_cid",
            "ad_signature_payload",
            "ad_signature_signed_bytes",
            "ad_envelope",
            "ad_dag_json",
            "ad_cid",
            "removal_ad_dag_json",
            "removal_ad_cid",
            "signed_head_dag_json",
            "announce_cbor");
    assertThat(identity.peerId()).hasToString(text("peer_id"));
    assertThat(Advertisement.NO_ENTRIES).hasToString(text("no_entries_cid"));
    assertThat(Advertisement.GATEWAY_METADATA.toHex())
        .isEqualTo(FILE.required("metadata").required("ipfs_gateway_http").asText());
  }

  /** The two multihashes of the chunk, cut out of its CBOR. */
  private static EntryChunk chunk() {
    Bytes cbor = hex("entry_chunk_dag_cbor");
    int start = cbor.length() - 2 * 36;
    return new EntryChunk(
        List.of(cbor.slice(start + 2, 34), cbor.slice(start + 38, 34)), Optional.empty());
  }

  @Test
  void writesTheChunk_whenDagCborOrDagJson() {
    assertThat(chunk().dagCbor().data()).isEqualTo(hex("entry_chunk_dag_cbor"));
    assertThat(chunk().dagCbor().cid()).hasToString(text("entry_chunk_dag_cbor_cid"));
    assertThat(utf8(chunk().dagJson().data())).isEqualTo(text("entry_chunk_dag_json"));
    assertThat(chunk().dagJson().cid()).hasToString(text("entry_chunk_dag_json_cid"));
  }

  private Advertisement ad() {
    return Advertisement.sign(
        identity,
        Optional.empty(),
        ADDRESSES,
        chunk().dagCbor().cid(),
        context(),
        Advertisement.GATEWAY_METADATA,
        false);
  }

  private static Bytes context() {
    return Bytes.of("context-1".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void signsTheAdvertisement() {
    assertThat(ad().signedPayload()).isEqualTo(hex("ad_signature_payload"));
    assertThat(ad().signature()).isEqualTo(hex("ad_envelope"));
    SignedEnvelope envelope = SignedEnvelope.decode(ad().signature().toArray());
    assertThat(envelope.isSignedFor(Advertisement.DOMAIN)).isTrue();
    assertThat(envelope.payloadType()).isEqualTo(Advertisement.PAYLOAD_TYPE);
    Bytes signed = hex("ad_signature_signed_bytes");
    assertThat(envelope.publicKey().verify(signed.toArray(), envelope.signature().toArray()))
        .isTrue();
    assertThat(utf8(ad().dagJson().data())).isEqualTo(text("ad_dag_json"));
    assertThat(ad().dagJson().cid()).hasToString(text("ad_cid"));
  }

  @Test
  void signsTheRemoval() {
    IpniBlock removal =
        Advertisement.sign(
                identity,
                Optional.of(ad().dagJson().cid()),
                ADDRESSES,
                Advertisement.NO_ENTRIES,
                context(),
                Advertisement.GATEWAY_METADATA,
                true)
            .dagJson();
    assertThat(utf8(removal.data())).isEqualTo(text("removal_ad_dag_json"));
    assertThat(removal.cid()).hasToString(text("removal_ad_cid"));
  }

  @Test
  void signsTheHead() {
    SignedHead head = SignedHead.sign(identity, Cid.parse(text("ad_cid")), TOPIC);
    assertThat(utf8(head.dagJson())).isEqualTo(text("signed_head_dag_json"));
  }

  @Test
  void writesTheAnnouncement() {
    Multiaddr address = Multiaddr.parse(ADDRESSES.get(0)).withPeer(identity.peerId());
    Announcement announcement = new Announcement(Cid.parse(text("ad_cid")), List.of(address));
    assertThat(announcement.encode()).isEqualTo(hex("announce_cbor"));
  }

  private static String utf8(Bytes bytes) {
    return new String(bytes.toArray(), StandardCharsets.UTF_8);
  }
}
