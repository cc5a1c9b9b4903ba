package io.granary.bridge.libp2p.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.codec.ProtoWriter;
import io.granary.protocol.Bytes;
import io.granary.protocol.vector.VectorRows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedEnvelopeTest {
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
  private static final Identity OURS = identity(1);

  private final JsonNode js = VectorRows.file("libp2p-handshakes").required("signed_peer_record");

  private static Identity identity(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return Identity.ofSeed(bytes);
  }

  private byte[] hex(String member) {
    return HexFormat.of().parseHex(js.required(member).asText());
  }

  @Test
  void opens_whatJsLibp2pSigned() {
    SignedEnvelope envelope = SignedEnvelope.decode(hex("envelope"));
    PeerRecord opened = PeerRecord.open(envelope);
    assertThat(opened.peer()).hasToString(js.required("peerId").asText());
    assertThat(opened.peer().toCid()).isEqualTo(js.required("peerIdCid").asText());
    assertThat(opened.sequence()).isEqualTo(js.required("seq").longValue());
    List<String> addresses = new ArrayList<>();
    js.required("addrs").forEach(address -> addresses.add(address.asText()));
    assertThat(opened.addresses()).map(Multiaddr::toString).isEqualTo(addresses);
    assertThat(opened.encode()).isEqualTo(hex("peer_record"));
    assertThat(envelope.encode()).isEqualTo(hex("envelope"));
    assertThat(
            SignedEnvelope.signedBytes(
                    PeerRecord.DOMAIN, envelope.payloadType(), envelope.payload())
                .toArray())
        .isEqualTo(hex("signed_bytes"));
  }

  @Test
  void makesTheBytesOfJsLibp2p_whenSealingWithItsSeed() {
    JsonNode transcript = VectorRows.file("libp2p-handshakes").required("noise_transcript");
    byte[] seed = HexFormat.of().parseHex(transcript.required("initiator_ed25519_seed").asText());
    PeerRecord opened = PeerRecord.open(SignedEnvelope.decode(hex("envelope")));
    assertThat(opened.seal(Identity.ofSeed(seed)).encode()).isEqualTo(hex("envelope"));
  }

  @Test
  void opens_whatWeSealed() {
    PeerRecord ours = new PeerRecord(OURS.peerId(), 7, List.of(ADDRESS));
    SignedEnvelope sealed = ours.seal(OURS);
    assertThat(PeerRecord.open(SignedEnvelope.decode(sealed.encode()))).isEqualTo(ours);
    assertThat(sealed.signer()).isEqualTo(OURS.peerId());
  }

  @Test
  void isNotSigned_forAnotherDomain() {
    SignedEnvelope sealed = new PeerRecord(OURS.peerId(), 7, List.of(ADDRESS)).seal(OURS);
    assertThat(sealed.isSignedFor(PeerRecord.DOMAIN)).isTrue();
    assertThat(sealed.isSignedFor("indexer")).isFalse();
  }

  @Test
  void refuses_whenAnyBitOfTheEnvelopeIsFlipped() {
    byte[] good = hex("envelope");
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> PeerRecord.open(SignedEnvelope.decode(bad)))
          .isInstanceOf(PeerFormatException.class);
    }
  }

  @Test
  void refuses_whenSignedByAnotherPeer() {
    PeerRecord ours = new PeerRecord(OURS.peerId(), 7, List.of(ADDRESS));
    SignedEnvelope stolen =
        SignedEnvelope.sign(
            identity(2), PeerRecord.DOMAIN, PeerRecord.PAYLOAD_TYPE, Bytes.of(ours.encode()));
    assertThat(stolen.isSignedFor(PeerRecord.DOMAIN)).isTrue();
    assertThatThrownBy(() -> PeerRecord.open(stolen))
        .isInstanceOf(PeerFormatException.class)
        .hasMessageContaining("record of " + OURS);
    assertThatThrownBy(() -> ours.seal(identity(2))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refuses_whenOfAnotherPayloadType() {
    PeerRecord ours = new PeerRecord(OURS.peerId(), 7, List.of(ADDRESS));
    SignedEnvelope other =
        SignedEnvelope.sign(
            OURS, PeerRecord.DOMAIN, Bytes.fromHex("0302"), Bytes.of(ours.encode()));
    assertThatThrownBy(() -> PeerRecord.open(other)).hasMessageContaining("no peer record");
  }

  @Test
  void leavesOutOnlyTheAddress_thatCanNotBeRead() {
    byte[] unknown = {(byte) 0xff, 0x7f, 1};
    byte[] written =
        new ProtoWriter()
            .bytes(1, OURS.peerId().bytes())
            .varint(2, -1)
            .bytes(3, new ProtoWriter().bytes(1, unknown).toBytes())
            .bytes(3, new ProtoWriter().bytes(1, ADDRESS.bytes()).toBytes())
            .bytes(9, unknown)
            .toBytes();
    PeerRecord read = PeerRecord.decode(written);
    assertThat(read.addresses()).containsExactly(ADDRESS);
    assertThat(Long.toUnsignedString(read.sequence())).isEqualTo("18446744073709551615");
  }

  @Test
  void refuses_whenThereIsTooMuchOrTooLittle() {
    List<Multiaddr> many = Collections.nCopies(PeerRecord.ADDRESSES_MAX + 1, ADDRESS);
    assertThatThrownBy(() -> new PeerRecord(OURS.peerId(), 1, many))
        .isInstanceOf(PeerFormatException.class);
    ProtoWriter addresses = new ProtoWriter().bytes(1, OURS.peerId().bytes());
    many.forEach(address -> addresses.bytes(3, new byte[0]));
    assertThatThrownBy(() -> PeerRecord.decode(addresses.toBytes()))
        .hasMessageContaining("more than 256 addresses");
    assertThatThrownBy(() -> PeerRecord.decode(new byte[SignedEnvelope.BYTES_MAX + 1]))
        .isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> PeerRecord.decode(new byte[0]))
        .isInstanceOf(PeerFormatException.class);
    assertThatThrownBy(() -> SignedEnvelope.decode(new byte[SignedEnvelope.BYTES_MAX + 1]))
        .hasMessageContaining("at most");
    assertThatThrownBy(() -> SignedEnvelope.decode(new byte[0])).hasMessageContaining("lacks");
  }
}
