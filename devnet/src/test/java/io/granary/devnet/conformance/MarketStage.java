package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.ChainDriver;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.actor.PublishStorageDealsReturn;
import io.granary.protocol.actor.WithdrawMarketBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.BlockCodecs;
import io.granary.protocol.json.JsonScalars;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Money and publications of the market actor, by the recordings of the deals folder. */
final class MarketStage {
  static final String CALL = "deals/StateCall--";
  static final String PUSH = "deals/MpoolPushMessage--";
  private static final String MARKET = "t05";

  final Provider provider;
  String client = "";
  String secpClient = "";
  private String poor = "";

  MarketStage(Provider provider) {
    this.provider = provider;
  }

  /** Makes and funds the clients' keys. */
  void keys() throws Exception {
    client = funded("bls");
    secpClient = funded("secp256k1");
    poor = funded("bls");
  }

  String funded(String type) throws Exception {
    String address = provider.result("WalletNew", type).asText();
    send(message(provider.nodeKey, address, TokenAmount.ofFil(100), 0, Bytes.empty()));
    return address;
  }

  /** Pushes what nobody recorded; it must succeed. Gives its return. */
  Bytes send(JsonNode message) throws Exception {
    JsonNode cid = provider.result("MpoolPushMessage", message, null).get("CID");
    provider.blocks(2);
    return returned(cid);
  }

  Bytes returned(JsonNode cid) throws Exception {
    JsonNode receipt = provider.result("StateSearchMsg", HEAD, cid, -1, true).get("Receipt");
    if (receipt.get("ExitCode").asLong() != 0) {
      throw new AssertionError(receipt.toString());
    }
    return JsonScalars.BYTES.decode(receipt.get("Return"));
  }

  private void call(String name, String from, TokenAmount value, long method, Bytes params)
      throws Exception {
    provider.ask(CALL + name, message(from, MARKET, value, method, params), HEAD);
  }

  void call(String name, String from, long method, Bytes params) throws Exception {
    call(name, from, TokenAmount.ZERO, method, params);
  }

  void money() throws Exception {
    call("addbalance-zero", client, MarketMethod.ADD_BALANCE, owner(client));
    call("addbalance-for-system", client, TokenAmount.ofFil(1), 2, owner(MARKET));
    call("market-addbalance-notnominal", client, TokenAmount.ofAtto(9), 2, owner(provider.miner));
    call("publish-no-funds", provider.key, 4, publication(List.of(signed(terms(0), client))));
    provider.ask("deals/StateMarketBalance--unknown-client", client, HEAD);
    pushAdd("market-addbalance-client", client, client);
    pushAdd("market-addbalance-provider", provider.nodeKey, provider.miner);
    provider.result("MarketAddBalance", secpClient, secpClient, TokenAmount.ofFil(5).toString());
    provider.blocks(2);
    TokenAmount one = TokenAmount.ofFil(1);
    call("market-withdraw-above", client, 3, withdrawal(client, TokenAmount.ofFil(1000)));
    call("market-withdraw-negative", client, 3, withdrawal(client, TokenAmount.ofAtto(-1)));
    call("market-withdraw-other-caller", secpClient, 3, withdrawal(client, one));
    Bytes fromMiner = withdrawal(provider.miner, one);
    JsonNode info = provider.result("StateMinerInfo", provider.miner, HEAD);
    call("market-withdraw-provider-by-control", control(info), 3, fromMiner);
    call("market-withdraw-provider-by-owner", provider.key, 3, fromMiner);
    call("market-withdraw-provider-by-worker", info.get("Worker").asText(), 3, fromMiner);
    call("market-withdraw-provider-by-worker2", info.get("Worker").asText(), 3, fromMiner);
    provider.push(
        PUSH + "market-withdraw-client",
        message(client, MARKET, TokenAmount.ZERO, 3, withdrawal(client, one)));
    call("deal-get-balance", client, recorded("deal-get-balance"), owner(client));
    balances("before-publish", "after-withdraw");
  }

  private static String control(JsonNode info) {
    return info.at("/ControlAddresses/0").asText();
  }

  /** The method number that a recording called. */
  static long recorded(String name) {
    return Recordings.get(CALL + name).at("/params/0/Method").asLong();
  }

  /** Asks for the balances of the three owners under each name. */
  void balances(String... names) throws Exception {
    for (String name : names) {
      provider.ask("deals/StateMarketBalance--" + name + "-client", client, HEAD);
      provider.ask("deals/StateMarketBalance--" + name + "-client2", secpClient, HEAD);
      provider.ask("deals/StateMarketBalance--" + name + "-provider", provider.miner, HEAD);
    }
  }

  private void pushAdd(String name, String from, String owner) throws Exception {
    provider.push(PUSH + name, message(from, MARKET, TokenAmount.ofFil(20), 2, owner(owner)));
  }

  private static Bytes owner(String address) {
    return BareValue.ofAddress(Address.parse(address));
  }

  private static Bytes withdrawal(String owner, TokenAmount amount) {
    return new WithdrawMarketBalanceParams(Address.parse(owner), amount).toCbor();
  }

  /** Terms that hold, for the {@code number}th piece of this life. */
  DealTerms terms(int number) {
    return new DealTerms(
        Cid.commP(ChainDriver.commitment("piece " + number)),
        client,
        provider.miner,
        provider.height() + 150);
  }

  ClientDealProposal signed(DealTerms terms, String signer) throws Exception {
    return signed(terms.proposal(), signer);
  }

  private ClientDealProposal signed(DealProposal proposal, String signer) throws Exception {
    JsonNode signature =
        provider.result("WalletSign", signer, JsonScalars.BYTES.write(proposal.toCbor()));
    return new ClientDealProposal(proposal, BlockCodecs.SIGNATURE.decode(signature));
  }

  static Bytes publication(List<ClientDealProposal> deals) {
    return new PublishStorageDealsParams(deals).toCbor();
  }

  private void publish(String name, Consumer<DealTerms> change) throws Exception {
    DealTerms terms = terms(1);
    change.accept(terms);
    call("publish-" + name, provider.key, 4, publication(List.of(signed(terms, client))));
  }

  /** Pushes a publication; gives the ids of the deals. */
  PublishStorageDealsReturn pushed(String name, List<ClientDealProposal> deals) throws Exception {
    JsonNode message = message(provider.key, MARKET, TokenAmount.ZERO, 4, publication(deals));
    JsonNode cid = provider.push(PUSH + name, message);
    return PublishStorageDealsReturn.fromCbor(returned(cid));
  }

  /** One deal at a time, each with one term changed. */
  void rules() throws Exception {
    long now = provider.height();
    publish("good-statecall", terms -> {});
    publish("client-coll-negative", terms -> terms.clientCollateral = TokenAmount.ofAtto(-1));
    publish("client-insufficient", terms -> terms.clientCollateral = TokenAmount.ofFil(50));
    publish("duration-long", terms -> terms.end = terms.start + 1278 * 2880 + 1);
    publish("duration-max", terms -> terms.end = terms.start + 1278 * 2880);
    publish("duration-short", terms -> terms.end = terms.start + DealTerms.DURATION - 1);
    publish("end-before-start", terms -> terms.end = terms.start - 10);
    publish("label-256", terms -> terms.label = new DealLabel.Text("x".repeat(256)));
    publish("label-257", terms -> terms.label = new DealLabel.Text("x".repeat(257)));
    publish("piece-cid-commr", terms -> terms.piece = Cid.commR(ChainDriver.commitment("replica")));
    publish("price-above-total", terms -> terms.price = TokenAmount.ofFil(2_000_000_001L));
    publish("price-negative", terms -> terms.price = TokenAmount.ofAtto(-1));
    publish("provider-coll-at-min", terms -> terms.providerCollateral = TokenAmount.ZERO);
    publish("provider-coll-below", terms -> terms.providerCollateral = TokenAmount.ofAtto(-1));
    publish("provider-coll-too-big", terms -> terms.providerCollateral = TokenAmount.ofFil(500));
    publish("robust-provider", terms -> terms.provider = provider.robust);
    publish("size-64", terms -> terms.bytes = 64);
    publish("size-above-sector", terms -> terms.bytes = 1 << 20);
    publish("size-not-pow2", terms -> terms.bytes = 1000);
    publish("start-far", terms -> move(terms, now + 1_000_000));
    publish("start-now", terms -> move(terms, now + 1));
    publish("start-past", terms -> move(terms, now - 1));
    publish("verified-no-datacap", terms -> terms.verified = true);
    callers();
    signatures();
  }

  private static void move(DealTerms terms, long start) {
    terms.start = start;
    terms.end = start + DealTerms.DURATION;
  }

  private void callers() throws Exception {
    Bytes good = publication(List.of(signed(terms(1), client)));
    call("publish-empty", provider.key, 4, publication(List.of()));
    call("publish-wrong-caller", client, 4, good);
    String control = control(provider.result("StateMinerInfo", provider.miner, HEAD));
    call("publish-by-control", control, 4, good);
    DealTerms elsewhere = terms(1);
    elsewhere.provider = "t01000";
    call(
        "publish-other-provider-first",
        provider.key,
        4,
        publication(List.of(signed(elsewhere, client))));
    elsewhere.provider = client;
    call(
        "publish-provider-not-miner",
        provider.key,
        4,
        publication(List.of(signed(elsewhere, client))));
    DealTerms unfunded = terms(1);
    unfunded.client = poor;
    call("publish-client-unfunded", provider.key, 4, publication(List.of(signed(unfunded, poor))));
    DealTerms byId = terms(1);
    byId.client = provider.result("StateLookupID", client, HEAD).asText();
    call("publish-client-id-address", provider.key, 4, publication(List.of(signed(byId, client))));
  }

  private ClientDealProposal badlySigned(int piece) throws Exception {
    ClientDealProposal good = signed(terms(piece), client);
    byte[] data = good.clientSignature().data().toArray();
    data[20] ^= 1;
    return new ClientDealProposal(
        good.proposal(), new Signature(good.clientSignature().kind(), Bytes.of(data)));
  }

  private void signatures() throws Exception {
    call("publish-bad-signature", provider.key, 4, publication(List.of(badlySigned(1))));
    ClientDealProposal others = signed(terms(1).proposal(), poor);
    call("publish-wrong-signer", provider.key, 4, publication(List.of(others)));
    provider.ask(
        PUSH + "publish-all-bad",
        message(
            provider.key,
            MARKET,
            TokenAmount.ZERO,
            4,
            publication(List.of(badlySigned(1), badlySigned(2)))),
        null);
    for (int size : new int[] {1, 2, 4, 8, 16, 32, 64}) {
      List<ClientDealProposal> deals = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        deals.add(signed(terms(100 + i), client));
      }
      call("gas-publish-" + size, provider.key, 4, publication(deals));
    }
  }

  /** Asks all getters of deal {@code id} as they were recorded for {@code phase}. */
  void getters(String deal, String phase, long id) throws Exception {
    for (String name : Recordings.all().keySet()) {
      if (name.startsWith(CALL + "deal-" + deal + "-") && name.endsWith("-" + phase)) {
        String plain = name.substring(CALL.length());
        call(plain, client, recorded(plain), new CborWriter().uint64(id).toBytes());
      }
    }
  }

  void settle(String name, long... deals) throws Exception {
    Bytes params = BareValue.ofBitField(BitField.of(deals));
    if (name.startsWith(PUSH)) {
      provider.push(
          name,
          message(client, MARKET, TokenAmount.ZERO, MarketMethod.SETTLE_DEAL_PAYMENTS, params));
    } else {
      call(name, client, MarketMethod.SETTLE_DEAL_PAYMENTS, params);
    }
  }

  void deal(String name, long id) throws Exception {
    provider.ask("deals/StateMarketStorageDeal--" + name, id, HEAD);
  }
}
