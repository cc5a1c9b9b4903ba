package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.NOBODY;
import static io.granary.devnet.conformance.Provider.NOTHING;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.RpcClient;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;

/** Messages in pool and chain: pushed, refused, estimated, found. */
final class MessageStage {
  private static final TokenAmount ONE_FIL = TokenAmount.ofFil(1);

  private final Provider provider;

  MessageStage(Provider provider) {
    this.provider = provider;
  }

  /** Funds the provider's keys and looks at a message before and after it lands. */
  void funding() throws Exception {
    provider.ask("MpoolPending", HEAD);
    JsonNode funds = send(provider.nodeKey, provider.key, TokenAmount.ofFil(10_000));
    JsonNode cid = provider.asked("MpoolPushMessage--send-funds", funds, null).get("CID");
    provider.ask("MpoolPending--with-one", HEAD);
    provider.ask("MpoolPending--pending", HEAD);
    provider.ask("MpoolGetNonce--pending", provider.nodeKey);
    provider.ask("StateSearchMsg--pending", HEAD, cid, -1, true);
    provider.ask("ChainGetMessage--pending", cid);
    provider.blocks(2);
    provider.client.result(
        "Filecoin.MpoolPushMessage",
        send(provider.nodeKey, provider.secpKey, TokenAmount.ofFil(10)),
        null);
    provider.blocks(2);
    provider.ask("MpoolGetNonce", provider.nodeKey);
    provider.ask("StateSearchMsg--unknown", HEAD, NOTHING, -1, true);
    provider.ask("StateSearchMsg--unknown-limit", HEAD, NOTHING, 100, true);
  }

  /** A message under a secp256k1 signature goes by the CID of the signed one. */
  void secp() throws Exception {
    JsonNode pushed =
        provider.result(
            "MpoolPushMessage", send(provider.secpKey, provider.nodeKey, ONE_FIL), null);
    provider.blocks(2);
    JsonNode signedCid = pushed.get("CID");
    provider.ask("ChainGetMessage--secp", pushed.at("/Message/CID"));
    provider.ask("ChainGetMessage--secp-signed-cid", signedCid);
    JsonNode lookup = provider.asked("StateSearchMsg--secp", HEAD, signedCid, -1, true);
    JsonNode carrier = provider.result("ChainGetTipSet", lookup.get("TipSet"));
    provider.ask("ChainGetBlockMessages--secp", carrier.at("/Blocks/0/Parents/0"));
  }

  void estimates() throws Exception {
    JsonNode plain = send(provider.nodeKey, provider.key, ONE_FIL);
    ObjectNode spec = RpcClient.JSON.createObjectNode();
    spec.put("MaxFee", "1000000000000000");
    spec.put("MsgUuid", "00000000-0000-0000-0000-000000000000");
    provider.ask("GasEstimateGasLimit", plain, HEAD);
    provider.ask("GasEstimateGasPremium", 10, provider.key, 1_000_000, HEAD);
    provider.ask(
        "GasEstimateFeeCap",
        with(with(plain, "GasLimit", 1_000_000), "GasPremium", "100000"),
        20,
        HEAD);
    provider.ask("GasEstimateMessageGas", plain, null, HEAD);
    provider.ask("GasEstimateMessageGas--maxfee", plain, spec, HEAD);
  }

  /** Pushing a message that was signed elsewhere. */
  void signedPushes() throws Exception {
    JsonNode plain = priced(send(provider.nodeKey, provider.key, ONE_FIL));
    long nonce = provider.result("MpoolGetNonce", provider.nodeKey).asLong();
    JsonNode signed =
        provider.asked("WalletSignMessage", provider.nodeKey, with(plain, "Nonce", nonce));
    provider.ask("MpoolPush", signed);
    provider.ask("MpoolPush--dup", signed);
    ObjectNode forged = signed.deepCopy();
    forged.set("Message", with(plain, "Nonce", nonce + 1));
    provider.ask("MpoolPush--bad-sig", forged);
    provider.ask("MpoolPush--nonce-gap", sign(with(plain, "Nonce", nonce + 100)));
    provider.blocks(2);
    provider.ask("MpoolPush--nonce-low", sign(with(plain, "Nonce", 0)));
  }

  private JsonNode sign(JsonNode message) throws Exception {
    return provider.result("WalletSignMessage", provider.nodeKey, message);
  }

  /** What MpoolPushMessage takes and refuses besides the rules of actors. */
  void refusals() throws Exception {
    JsonNode empty = send(provider.key, provider.nodeKey, TokenAmount.ZERO);
    provider.ask("MpoolPushMessage--nonce-set", with(empty, "Nonce", 7), null);
    provider.ask("MpoolPushMessage--gas-too-high", with(empty, "GasLimit", 20_000_000_000L), null);
    provider.ask("MpoolPushMessage--gas-too-low", with(priced(empty), "GasLimit", 1000), null);
    provider.ask(
        "MpoolPushMessage--insufficient",
        send(provider.key, provider.nodeKey, TokenAmount.ofFil(100_000_000)),
        null);
    provider.ask(
        "MpoolPushMessage--unknown-from", send(NOBODY, provider.key, TokenAmount.ZERO), null);
    provider.ask(
        "MpoolPushMessage--no-such-method",
        message(provider.key, provider.miner, TokenAmount.ZERO, 999, Bytes.empty()),
        null);
    provider.ask(
        "MpoolPushMessage--garbage-params",
        message(
            provider.key,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            Bytes.fromHex("dead")),
        null);
    ObjectNode spec = RpcClient.JSON.createObjectNode();
    spec.put("MsgUuid", "11111111-2222-3333-4444-555555555555");
    provider.ask("MpoolPushMessage--maxfee", empty, spec.deepCopy().put("MaxFee", "1000"));
    provider.ask("MpoolPushMessage--maxfee-same-uuid", empty, spec.put("MaxFee", "0"));
    provider.ask(
        "MpoolPushMessage--from-id-address",
        send(provider.keyId, provider.nodeKey, TokenAmount.ZERO),
        null);
    provider.blocks(2);
  }

  private static JsonNode send(String from, String to, TokenAmount value) {
    return message(from, to, value, 0, Bytes.empty());
  }

  private static JsonNode priced(JsonNode message) {
    return with(
        with(with(message, "GasLimit", 2_000_000), "GasFeeCap", "100000000000"),
        "GasPremium",
        "200000");
  }

  private static JsonNode with(JsonNode message, String name, long value) {
    return ((ObjectNode) message.deepCopy()).put(name, value);
  }

  private static JsonNode with(JsonNode message, String name, String value) {
    return ((ObjectNode) message.deepCopy()).put(name, value);
  }
}
