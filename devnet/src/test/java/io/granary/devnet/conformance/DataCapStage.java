package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import io.granary.devnet.ChainDriver;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ClaimAllocationsParams;
import io.granary.protocol.actor.ClaimTerm;
import io.granary.protocol.actor.DataCapParams;
import io.granary.protocol.actor.DataCapParams.Ask;
import io.granary.protocol.actor.ExtendClaimTermsParams;
import io.granary.protocol.actor.GetClaimsParams;
import io.granary.protocol.actor.RemoveExpiredAllocationsParams;
import io.granary.protocol.actor.RemoveExpiredClaimsParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.List;
import java.util.function.UnaryOperator;

/** Verifiers, clients, allocations and claims, by the recordings of the deals folder. */
final class DataCapStage {
  static final String REGISTRY = "t06";
  static final String TOKEN = "t07";
  private static final long TRANSFER = DataCapParams.TRANSFER;
  private static final Address TO_REGISTRY = BuiltinActors.VERIFIED_REGISTRY;

  private final MarketStage market;
  private final Provider provider;
  String client = "";
  ActorId clientId = new ActorId(0);
  private String verifier = "";

  DataCapStage(MarketStage market) {
    this.market = market;
    this.provider = market.provider;
  }

  void call(String name, String from, String to, long method, Bytes params) throws Exception {
    provider.ask(
        MarketStage.CALL + name, message(from, to, TokenAmount.ZERO, method, params), HEAD);
  }

  private void push(String name, String from, String to, long method, Bytes params)
      throws Exception {
    provider.push(MarketStage.PUSH + name, message(from, to, TokenAmount.ZERO, method, params));
  }

  private static Bytes grant(String address, long bytes) {
    return DataCapParams.grant(Address.parse(address), bytes);
  }

  ActorId id(String address) throws Exception {
    return Address.parse(provider.result("StateLookupID", address, HEAD).asText()).requireId();
  }

  void grants() throws Exception {
    client = market.funded("bls");
    clientId = id(client);
    verifier = market.funded("secp256k1");
    String root = provider.nodeKey;
    provider.ask("deals/StateVerifiedRegistryRootKey--root", HEAD);
    call("add-verifier-not-root", provider.key, REGISTRY, 2, grant(verifier, 1 << 20));
    call("add-verifier-root-itself", root, REGISTRY, 2, grant(root, 1 << 20));
    call("add-verifier-small", root, REGISTRY, 2, grant(verifier, 255));
    push("verifreg-add-verifier", root, REGISTRY, 2, grant(verifier, 1 << 20));
    provider.ask("deals/StateVerifierStatus", verifier, HEAD);
    provider.ask("deals/StateVerifierStatus--not-verifier", client, HEAD);
    call("add-client-above", verifier, REGISTRY, 4, grant(client, 2 << 20));
    call("add-client-not-verifier", provider.key, REGISTRY, 4, grant(client, 65_536));
    call("add-client-small", verifier, REGISTRY, 4, grant(client, 255));
    call("add-client-verifier-itself", verifier, REGISTRY, 4, grant(verifier, 65_536));
    push("verifreg-add-client", verifier, REGISTRY, 4, grant(client, 65_536));
    provider.ask("deals/StateVerifierStatus--after-add-client", verifier, HEAD);
    provider.ask("deals/StateVerifiedClientStatus", client, HEAD);
    provider.ask("deals/StateVerifiedClientStatus--not-client", provider.key, HEAD);
    token();
    call("universal-receiver-direct", provider.key, REGISTRY, 3_726_118_371L, Bytes.empty());
    call(
        "claim-allocations-direct",
        provider.key,
        REGISTRY,
        9,
        new ClaimAllocationsParams(List.of(), true).toCbor());
  }

  private void token() throws Exception {
    for (String name : List.of("granularity", "name", "supply", "symbol")) {
      long method = MarketStage.recorded("datacap-" + name);
      call("datacap-" + name, client, TOKEN, method, Bytes.empty());
    }
    call(
        "datacap-balance",
        client,
        TOKEN,
        MarketStage.recorded("datacap-balance"),
        BareValue.ofAddress(Address.parse(client)));
    call(
        "datacap-transfer-fraction",
        client,
        TOKEN,
        TRANSFER,
        DataCapParams.transfer(TO_REGISTRY, BigInteger.ONE, Bytes.empty()));
    call(
        "datacap-transfer-other",
        client,
        TOKEN,
        TRANSFER,
        DataCapParams.transfer(
            Address.parse(provider.key), DataCapParams.tokens(1), Bytes.empty()));
  }

  Ask ask(int piece, long max) throws Exception {
    return new Ask(
        id(provider.miner),
        Cid.commP(ChainDriver.commitment("piece " + piece)),
        1024,
        518_400,
        max,
        provider.height() + 172_000);
  }

  private void allocate(String name, UnaryOperator<Ask> change) throws Exception {
    call("alloc-" + name, client, TOKEN, TRANSFER, change.apply(ask(1, 5_256_000)).transfer());
  }

  /** Pushes one allocation; gives its id. */
  long allocated(Ask ask) throws Exception {
    return DataCapParams.allocation(
        market.send(message(client, TOKEN, TokenAmount.ZERO, TRANSFER, ask.transfer())));
  }

  void allocationRules() throws Exception {
    long now = provider.height();
    allocate("exp-far", a -> with(a, a.size(), a.termMin(), a.termMax(), now + 180_000));
    allocate("exp-past", a -> with(a, a.size(), a.termMin(), a.termMax(), now - 5));
    allocate("size-128", a -> with(a, 128, a.termMin(), a.termMax(), a.expiration()));
    allocate("size-not-pow2", a -> with(a, 1000, a.termMin(), a.termMax(), a.expiration()));
    allocate(
        "term-max-5x365days-plus-1",
        a -> with(a, a.size(), a.termMin(), 5_256_001, a.expiration()));
    allocate("term-min-gt-max", a -> with(a, a.size(), 600_000, 599_999, a.expiration()));
    allocate("term-min-short", a -> with(a, a.size(), 518_399, a.termMax(), a.expiration()));
    allocate(
        "not-miner",
        a -> new Ask(clientId, a.data(), a.size(), a.termMin(), a.termMax(), a.expiration()));
    Ask good = ask(1, 5_256_000);
    BigInteger short1 = DataCapParams.tokens(1023);
    call(
        "alloc-amount-mismatch",
        client,
        TOKEN,
        TRANSFER,
        DataCapParams.transfer(TO_REGISTRY, short1, good.operatorData()));
    call("alloc-insufficient", provider.key, TOKEN, TRANSFER, good.transfer());
    BigInteger all = DataCapParams.tokens(1024);
    call(
        "alloc-no-data",
        client,
        TOKEN,
        TRANSFER,
        DataCapParams.transfer(TO_REGISTRY, all, Bytes.empty()));
    call(
        "alloc-none",
        client,
        TOKEN,
        TRANSFER,
        DataCapParams.transfer(TO_REGISTRY, BigInteger.ZERO, Bytes.fromHex("828080")));
    push("datacap-transfer-allocations", client, TOKEN, TRANSFER, ask(2, 521_280).transfer());
    provider.ask("deals/StateGetAllocations", client, HEAD);
    provider.ask("deals/StateGetAllocations--no-client", provider.key, HEAD);
    provider.ask("deals/StateGetAllAllocations", HEAD);
    provider.ask("deals/StateGetAllocation--unknown", client, 999, HEAD);
    provider.ask("deals/StateVerifiedClientStatus--after-alloc", client, HEAD);
  }

  private static Ask with(Ask ask, long size, long min, long max, long expiration) {
    return new Ask(ask.provider(), ask.data(), size, min, max, expiration);
  }

  /** Once an allocation that expires soon has expired. */
  void expiries(long expired, long open) throws Exception {
    Bytes all = new RemoveExpiredAllocationsParams(clientId, List.of()).toCbor();
    Bytes some = new RemoveExpiredAllocationsParams(clientId, List.of(open, 999L)).toCbor();
    call("remove-expired-alloc-empty", provider.key, REGISTRY, 8, all);
    call("remove-expired-alloc-too-early", provider.key, REGISTRY, 8, some);
    push(
        "verifreg-remove-expired-allocations",
        provider.key,
        REGISTRY,
        8,
        new RemoveExpiredAllocationsParams(clientId, List.of(expired, open, 999L)).toCbor());
    provider.ask("deals/StateVerifiedClientStatus--after-remove", client, HEAD);
  }

  /** With one claim made. */
  void claims(long claim) throws Exception {
    ActorId miner = id(provider.miner);
    provider.ask("deals/StateGetClaim", provider.miner, claim, HEAD);
    provider.ask("deals/StateGetClaim--unknown", provider.miner, 999, HEAD);
    provider.ask("deals/StateGetClaims", provider.miner, HEAD);
    provider.ask("deals/StateGetAllClaims", HEAD);
    provider.ask("deals/StateGetAllocations--after-claim", client, HEAD);
    call(
        "verifreg-getclaims",
        client,
        REGISTRY,
        10,
        new GetClaimsParams(miner, List.of(claim, 999L)).toCbor());
    extension("extend-claim-lower", client, claim, 600_000);
    extension("extend-claim-other-caller", provider.key, claim, 5_256_001);
    extension("extend-claim-5x365days-plus-1", client, claim, 5_256_001);
    for (long max : new long[] {5_256_000, 5_259_485, 5_259_486, 5_260_000}) {
      extension("extend-claim-termmax-" + max, client, claim, max);
    }
    extension("extend-claim-unknown", client, 999, 5_256_001);
    push(
        "verifreg-extend-claim-terms",
        client,
        REGISTRY,
        11,
        new ExtendClaimTermsParams(
                List.of(
                    new ClaimTerm(miner, claim, 5_256_001), new ClaimTerm(miner, 999, 5_256_001)))
            .toCbor());
    provider.ask("deals/StateGetClaim--extended", provider.miner, claim, HEAD);
    call(
        "remove-expired-claims-early",
        provider.key,
        REGISTRY,
        12,
        new RemoveExpiredClaimsParams(miner, List.of(claim, 999L)).toCbor());
    byDataCap(miner, claim);
  }

  private void byDataCap(ActorId miner, long claim) throws Exception {
    CborWriter data = new CborWriter().array(2).array(0).array(1).array(3);
    data.uint64(miner.value()).uint64(claim).int64(5_257_000);
    Bytes params = DataCapParams.transfer(TO_REGISTRY, DataCapParams.tokens(1024), data.toBytes());
    call("datacap-extension-request", client, TOKEN, TRANSFER, params);
    push("datacap-claim-extension", client, TOKEN, TRANSFER, params);
    provider.ask("deals/StateGetClaim--extended-by-datacap", provider.miner, claim, HEAD);
    provider.ask("deals/StateVerifiedClientStatus--after-extension", client, HEAD);
  }

  private void extension(String name, String from, long claim, long max) throws Exception {
    call(
        name,
        from,
        REGISTRY,
        11,
        new ExtendClaimTermsParams(List.of(new ClaimTerm(id(provider.miner), claim, max)))
            .toCbor());
  }

  void verifierGone() throws Exception {
    Bytes address = BareValue.ofAddress(Address.parse(verifier));
    call("remove-verifier-not-root", provider.key, REGISTRY, 3, address);
    push("verifreg-remove-verifier", provider.nodeKey, REGISTRY, 3, address);
    provider.ask("deals/StateVerifierStatus--removed", verifier, HEAD);
    call("add-client-removed-verifier", verifier, REGISTRY, 4, grant(client, 65_536));
  }
}
