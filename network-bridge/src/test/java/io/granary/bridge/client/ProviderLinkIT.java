package io.granary.bridge.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.Transfer;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.signature.WalletKey;
import io.granary.protocol.vector.VectorRows;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's bytes, against {@code market-deals.json}, over real streams. */
@Timeout(60)
class ProviderLinkIT {
  private static final JsonNode DERIVED = VectorRows.file("market-deals").required("derived");
  private static final WalletKey KEY =
      WalletKey.of(Signature.Kind.SECP256K1, hex("secp256k1_private_key"));
  private static final DealId ID = DealId.parse(text("deal_uuid"));

  private final BoostProvider provider = new BoostProvider();
  private final NettyHost host = BoostProvider.host("listen = []");

  private static String text(String row) {
    return DERIVED.required(row).asText();
  }

  private static Bytes hex(String row) {
    return Bytes.fromHex(text(row));
  }

  private ProviderLink link(String settings) {
    return new ProviderLink(host, provider.address(), BoostProvider.settings(settings));
  }

  @AfterEach
  void close() {
    host.close();
    provider.close();
  }

  private static ClientDealProposal signed() {
    PieceInfo piece = new PieceInfo(Cid.parse(text("piece_cid")).toUnsealedCommitment(), 2048);
    return new ProposalDraft(
            Cid.parse(text("payload_cid")),
            piece,
            KEY.address(),
            Address.parse(text("provider_address")),
            new Epoch(100_000),
            ProposalDraft.DURATION_EPOCHS,
            TokenAmount.ZERO,
            true,
            TokenAmount.parse("1234567890123456789"))
        .sign(DealSigner.of(KEY));
  }

  private static DealParams params() {
    Bytes json = Bytes.of(text("transfer_params_json").getBytes(StandardCharsets.UTF_8));
    return new DealParams(
        ID,
        new Transfer(508, Transfer.HTTP, json, ""),
        false,
        Optional.of(Cid.parse(text("payload_cid"))),
        false,
        Optional.of(signed()),
        false);
  }

  @Test
  void proposal_isTheVectors_byteForByte() {
    assertThat(signed().proposal().toCbor()).isEqualTo(hex("proposal_cbor"));
    assertThat(signed().toCbor()).isEqualTo(hex("client_deal_proposal_cbor"));
  }

  @Test
  void proposes_bySevenKeys_whenTheProviderHas121() {
    provider.serve(ProviderLink.DEAL_120, item -> Optional.empty());
    provider.serve(ProviderLink.DEAL_121, item -> Optional.of(hex("deal_response_accepted")));
    assertThat(link("").propose(params()).accepted()).isTrue();
    assertThat(provider.requests())
        .containsExactly(
            new BoostProvider.Request(ProviderLink.DEAL_121, hex("deal_params_online_1_2_1")));
  }

  @Test
  void proposes_byFiveKeys_whenTheProviderHasOnly120() {
    provider.serve(ProviderLink.DEAL_120, item -> Optional.of(hex("deal_response_rejected")));
    assertThat(link("").propose(params()).message())
        .isEqualTo("failed validation: invalid signature");
    assertThat(provider.requests())
        .containsExactly(
            new BoostProvider.Request(
                ProviderLink.DEAL_120, hex("deal_params_online_1_2_0_five_keys")));
  }

  @Test
  void keepsTheFlags_whenTheProviderHasOnly120() {
    provider.serve(ProviderLink.DEAL_120, item -> Optional.of(hex("deal_response_accepted")));
    DealParams offline = DealParams.fromCbor(hex("deal_params_offline_1_2_1"));
    assertThat(link("").propose(offline).accepted()).isTrue();
    assertThat(provider.requests().get(0).item()).isEqualTo(hex("deal_params_offline_1_2_1"));
  }

  @Test
  void proposesOnce_whenTheAnswerIsLost() {
    provider.serve(ProviderLink.DEAL_121, item -> Optional.empty());
    assertThatThrownBy(() -> link("").propose(params()))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("the stream broke");
    assertThat(provider.requests()).hasSize(1);
  }

  @Test
  void asksForStatus_asTheVectorDoes() {
    provider.serve(ProviderLink.STATUS, item -> Optional.of(hex("status_response")));
    assertThat(link("").status(ID, DealSigner.of(KEY)).status()).isPresent();
    assertThat(provider.requests().get(0).item()).isEqualTo(hex("status_request"));
  }

  @Test
  void tellsTheProvidersError_whenThereIsNoStatus() {
    provider.serve(ProviderLink.STATUS, item -> Optional.of(hex("status_response_error")));
    assertThat(link("").status(ID, DealSigner.of(KEY)).error())
        .isEqualTo("signature verification failed");
  }

  @Test
  void takesAnAsk_onlyOfTheWorkersHand() {
    provider.serve(ProviderLink.ASK, item -> Optional.of(hex("ask_response")));
    assertThat(link("").ask().ask().miner()).isEqualTo(BoostProvider.MINER);
    assertThat(provider.requests().get(0).item()).isEqualTo(hex("ask_request"));
    assertThat(link("").ask(KEY.address()).ask().toCbor()).isEqualTo(hex("ask_signed_bytes"));
    Address other = Address.ofSecp256k1Key(Bytes.fromHex("04" + "11".repeat(64)));
    assertThatThrownBy(() -> link("").ask(other))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("did not sign");
  }

  @Test
  void saysSo_whenThereIsNoAsk() {
    provider.serve(ProviderLink.ASK, item -> Optional.of(hex("ask_response_none")));
    assertThatThrownBy(() -> link("").ask())
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("no ask for this miner");
  }

  @Test
  void saysSo_whenTheAnswerIsRubbish() {
    provider.serve(ProviderLink.ASK, item -> Optional.of(Bytes.fromHex("83010203")));
    assertThatThrownBy(() -> link("").ask())
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("another form");
  }

  @Test
  void findsHttpServers_inTheVectorsTransports() {
    provider.tell(ProviderLink.TRANSPORTS, hex("transports_response"));
    assertThat(RetrievalServers.of(link("").transports()))
        .isNotEmpty()
        .allMatch(url -> url.toString().startsWith("https://sp.example"));
  }

  @Test
  void triesAgainAndThenSaysWhy_whenTheProtocolIsNotServed() {
    assertThatThrownBy(() -> link("open-tries = 2").ask())
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("its ask")
        .hasMessageContaining(BoostProvider.MINER.toString());
  }
}
