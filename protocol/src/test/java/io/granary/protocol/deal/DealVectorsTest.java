package io.granary.protocol.deal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborScanner;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.signature.Signatures;
import io.granary.protocol.signature.WalletKey;
import io.granary.protocol.vector.VectorRows;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every row of {@code market-deals.json}. */
class DealVectorsTest {
  private static final JsonNode FILE = VectorRows.file("market-deals");
  private static final JsonNode DERIVED = FILE.required("derived");
  private static final Address CLIENT = Address.parse(text("client_address"));

  /** Rows of a protocol that is not served: no piece of {@code /fil/retrieval/qry} is built. */
  private static final List<String> LEFT_OUT =
      List.of("retrieval_query", "retrieval_query_response_unavailable");

  private static String text(String row) {
    return DERIVED.required(row).asText();
  }

  private static Bytes hex(String row) {
    return Bytes.fromHex(text(row));
  }

  @Test
  void noRowIsLeftOut_whenCounted() {
    TreeSet<String> rows = new TreeSet<>();
    DERIVED.fieldNames().forEachRemaining(rows::add);
    rows.removeAll(LEFT_OUT);
    assertThat(rows)
        .containsExactlyInAnyOrder(
            "ask_request",
            "ask_response",
            "ask_response_none",
            "ask_signed_bytes",
            "client_address",
            "client_address_bytes",
            "client_deal_proposal_cbor",
            "deal_params_offline_1_2_1",
            "deal_params_online_1_2_0_five_keys",
            "deal_params_online_1_2_1",
            "deal_response_accepted",
            "deal_response_rejected",
            "deal_uuid",
            "payload_cid",
            "piece_cid",
            "proposal_blake2b256",
            "proposal_cbor",
            "proposal_cid",
            "provider_address",
            "provider_address_bytes",
            "public_key_uncompressed",
            "secp256k1_private_key",
            "signed_proposal_cid",
            "status_request",
            "status_response",
            "status_response_error",
            "transfer_params_json",
            "transports_response");
  }

  @Test
  void readsAndVerifiesLotusProposal_whenItsLabelIsNoText() {
    JsonNode row = FILE.required("source_vector");
    Bytes cbor = Bytes.fromHex(row.required("hex").asText());
    PublishStorageDealsParams params = PublishStorageDealsParams.fromCbor(cbor);
    assertThat(params.toCbor()).isEqualTo(cbor);
    ClientDealProposal signed = params.deals().get(0);
    assertThat(signed.toCbor().toHex()).isEqualTo(row.required("client_deal_proposal").asText());
    DealProposal proposal = signed.proposal();
    assertThat(proposal.toCbor().toHex()).isEqualTo(row.required("proposal_signed_bytes").asText());
    assertThat(proposal.label()).isEqualTo(new DealLabel.BrokenText(Bytes.fromHex("deadbeef")));
    assertThat(Signatures.verify(signed.clientSignature(), proposal.client(), proposal.toCbor()))
        .isTrue();
  }

  @Test
  void readsLabels_whenTextBytesOrBroken() {
    Map<String, DealLabel> expected =
        Map.of(
            "60", new DealLabel.Text(""),
            "44deadbeef", new DealLabel.Binary(Bytes.fromHex("deadbeef")),
            "64deadbeef", new DealLabel.BrokenText(Bytes.fromHex("deadbeef")));
    assertThat(FILE.required("label_cbor")).hasSize(expected.size());
    for (JsonNode row : FILE.required("label_cbor")) {
      String cbor = row.get(1).asText();
      DealLabel label = CborReader.decode(Bytes.fromHex(cbor), "label", DealLabel::readFrom);
      assertThat(label).isEqualTo(expected.get(cbor));
      assertThat(label.toCbor().toHex()).isEqualTo(cbor);
    }
  }

  @Test
  void readsTheProposal_whenSignedBySecp256k1() {
    WalletKey key = WalletKey.of(Signature.Kind.SECP256K1, hex("secp256k1_private_key"));
    assertThat(key.address()).isEqualTo(CLIENT);
    assertThat(Address.ofSecp256k1Key(hex("public_key_uncompressed"))).isEqualTo(CLIENT);
    assertThat(CLIENT.bytes()).isEqualTo(hex("client_address_bytes"));
    Address provider = Address.parse(text("provider_address"));
    assertThat(provider.bytes()).isEqualTo(hex("provider_address_bytes"));

    DealProposal proposal =
        new DealProposal(
            Cid.parse(text("piece_cid")),
            2048,
            true,
            CLIENT,
            provider,
            new DealLabel.Text(text("payload_cid")),
            new Epoch(100_000),
            new Epoch(618_400),
            TokenAmount.ZERO,
            TokenAmount.parse("1234567890123456789"),
            TokenAmount.ZERO);
    Bytes cbor = hex("proposal_cbor");
    DealProposal read = DealProposal.fromCbor(cbor);
    assertThat(read).isEqualTo(proposal);
    assertThat(read.toCbor()).isEqualTo(cbor);
    assertThat(read.cid()).isEqualTo(Cid.parse(text("proposal_cid")));
    assertThat(read.cid().digest()).isEqualTo(hex("proposal_blake2b256"));

    ClientDealProposal signed = ClientDealProposal.fromCbor(hex("client_deal_proposal_cbor"));
    assertThat(signed.proposal()).isEqualTo(read);
    assertThat(signed.clientSignature()).isEqualTo(key.sign(cbor));
    assertThat(signed.cid()).isEqualTo(Cid.parse(text("signed_proposal_cid")));
    assertThat(Signatures.verify(signed.clientSignature(), CLIENT, cbor)).isTrue();
  }

  @Test
  void readsDealParams_whenOfEitherVersionOnlineAndOffline() {
    ClientDealProposal signed = ClientDealProposal.fromCbor(hex("client_deal_proposal_cbor"));
    Bytes json = Bytes.of(text("transfer_params_json").getBytes(StandardCharsets.UTF_8));
    DealParams online =
        new DealParams(
            DealId.parse(text("deal_uuid")),
            new Transfer(508, Transfer.HTTP, json, ""),
            false,
            Optional.of(Cid.parse(text("payload_cid"))),
            false,
            Optional.of(signed),
            false);
    assertThat(read("deal_params_online_1_2_1")).isEqualTo(online);
    assertThat(online.toCbor()).isEqualTo(hex("deal_params_online_1_2_1"));
    assertThat(read("deal_params_online_1_2_0_five_keys")).isEqualTo(online);
    assertThat(online.toCborOf120()).isEqualTo(hex("deal_params_online_1_2_0_five_keys"));

    DealParams offline = read("deal_params_offline_1_2_1");
    assertThat(offline)
        .isEqualTo(
            new DealParams(
                online.id(),
                Transfer.NONE,
                true,
                online.dataRoot(),
                true,
                online.proposal(),
                true));
    assertThat(offline.toCbor()).isEqualTo(hex("deal_params_offline_1_2_1"));

    TransferSource source = TransferSource.parse(online.transfer().params());
    assertThat(source.headers()).containsEntry("Authorization", "Basic dXNlcjpwYXNz");
    assertThat(source.toString()).contains("data.example").doesNotContain("dXNlcjpwYXNz");
    assertThat(online.toString()).doesNotContain(json.toHex());
  }

  private static DealParams read(String row) {
    Bytes cbor = hex(row);
    CborScanner scanner = new CborScanner(WireLimits.OBJECT_BYTES_MAX, WireLimits.DEPTH_MAX);
    assertThat(scanner.scan(cbor.toArray(), 0, cbor.length())).isEqualTo(cbor.length());
    assertThat(scanner.complete()).isTrue();
    return DealParams.fromCbor(cbor);
  }

  @Test
  void writesAndReadsAnswers_whenAcceptedOrRejected() {
    assertThat(DealResponse.yes().toCbor()).isEqualTo(hex("deal_response_accepted"));
    DealResponse no = DealResponse.no("failed validation: invalid signature");
    assertThat(no.toCbor()).isEqualTo(hex("deal_response_rejected"));
    assertThat(DealResponse.fromCbor(no.toCbor())).isEqualTo(no);
  }

  @Test
  void readsStatusRequestAndWritesItsAnswers_whenSigned() {
    DealStatusRequest request = DealStatusRequest.fromCbor(hex("status_request"));
    assertThat(request.id()).isEqualTo(DealId.parse(text("deal_uuid")));
    assertThat(request.signedBy(CLIENT)).isTrue();
    assertThat(request.toCbor()).isEqualTo(hex("status_request"));

    DealStatusResponse response = DealStatusResponse.fromCbor(hex("status_response"));
    assertThat(response.toCbor()).isEqualTo(hex("status_response"));
    DealStatus status = response.status().orElseThrow();
    assertThat(status.status()).isEqualTo(Checkpoint.PUBLISHED.text());
    assertThat(status.proposal()).isEqualTo(DealProposal.fromCbor(hex("proposal_cbor")));
    assertThat(status.signedProposalCid()).isEqualTo(Cid.parse(text("signed_proposal_cid")));
    assertThat(status.chainDealId()).contains(42L);
    assertThat(response.bytesReceived()).isEqualTo(508);

    assertThat(DealStatusResponse.unsigned(request.id()).toCbor())
        .isEqualTo(hex("status_response_error"));
    assertThat(DealStatusResponse.fromCbor(hex("status_response_error")))
        .isEqualTo(DealStatusResponse.unsigned(request.id()));
  }

  @Test
  void readsAndWritesAsks_whenThereIsOneOrNone() {
    Address miner = Address.parse(text("provider_address"));
    assertThat(AskRequest.fromCbor(hex("ask_request")).miner()).contains(miner);
    assertThat(new AskRequest(Optional.of(miner)).toCbor()).isEqualTo(hex("ask_request"));

    StorageAsk ask =
        new StorageAsk(
            miner,
            TokenAmount.ofAtto(50_000_000),
            1,
            new Epoch(1_100_000),
            new Epoch(100_000),
            32L << 30,
            256,
            TokenAmount.ofAtto(5_000_000));
    assertThat(ask.toCbor()).isEqualTo(hex("ask_signed_bytes"));
    assertThat(StorageAsk.fromCbor(ask.toCbor())).isEqualTo(ask);
    AskResponse response = AskResponse.fromCbor(hex("ask_response"));
    SignedStorageAsk signed = response.ask().orElseThrow();
    assertThat(signed.ask()).isEqualTo(ask);
    assertThat(signed.signedBy(CLIENT)).isTrue();
    assertThat(response.toCbor()).isEqualTo(hex("ask_response"));

    assertThat(new AskResponse(Optional.empty()).toCbor()).isEqualTo(hex("ask_response_none"));
    assertThat(AskResponse.fromCbor(hex("ask_response_none")).ask()).isEmpty();
  }

  @Test
  void writesTransports_whenServedOverHttp() {
    RetrievalTransports transports =
        new RetrievalTransports(
            List.of(
                new RetrievalTransports.Transport(
                    "http", List.of(Bytes.fromHex("360a73702e6578616d706c650601bbc003e003")))));
    assertThat(transports.toCbor()).isEqualTo(hex("transports_response"));
    assertThat(RetrievalTransports.fromCbor(hex("transports_response"))).isEqualTo(transports);
  }
}
