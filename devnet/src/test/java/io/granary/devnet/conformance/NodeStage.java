package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.NOBODY;
import static io.granary.devnet.conformance.Provider.NOTHING;
import static io.granary.devnet.conformance.Provider.NO_MINER;
import static io.granary.devnet.conformance.Provider.key;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.RpcClient;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.JsonScalars;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Everything that needs no miner of one's own: node, transport, tipsets, actors, wallet. */
final class NodeStage {
  private final Provider provider;

  NodeStage(Provider provider) {
    this.provider = provider;
  }

  void node() throws Exception {
    provider.ask("Version");
    provider.ask("ID");
    provider.ask("NodeStatus", true);
    provider.ask("NodeStatus--false", false);
    provider.ask("StateNetworkName");
    provider.ask("StateNetworkVersion", HEAD);
    provider.ask("StateGetNetworkParams");
    provider.ask("StateActorCodeCIDs", 29);
    provider.ask("MpoolGetConfig");
    provider.ask("NoSuchMethod--err");
    provider.ask("AuthVerify", provider.client.token());
    provider.ask("StateMinerCreationDeposit", HEAD);
    provider.ask("StateMinerInitialPledgeForSector", 518400, 2048, 0, HEAD);
    provider.ask("StateMinerInitialPledgeForSector--s1", 662410, 2048, 0, HEAD);
    provider.ask("StateMinerInitialPledgeForSector--s2", 662410, 2048, 0, HEAD);
  }

  /** Raw requests as recorded, with the tokens that their notes name. */
  void transport() throws Exception {
    String read = token("read");
    String write = token("read", "write");
    Map<String, String> tokens =
        Map.of(
            "transport--bad-token", "not.a.token",
            "transport--no-token-form-content-type", "",
            "transport--no-token-mpoolpush", "",
            "transport--no-token-read", "",
            "transport--no-token-write", "",
            "transport--read-token-admin-method", read,
            "transport--read-token-sign-method", read,
            "transport--read-token-write-method", read,
            "transport--write-token-sign-method", write);
    for (Map.Entry<String, JsonNode> recording : Recordings.all().entrySet()) {
      String name = recording.getKey();
      if (name.equals("transport--get")) {
        HttpResponse<String> response = provider.client.get();
        provider.keep(name, new Answer(response.statusCode(), parsed(response)));
      } else if (name.startsWith("transport--")) {
        String contentType =
            name.endsWith("form-content-type")
                ? "application/x-www-form-urlencoded"
                : "application/json";
        provider.keep(
            name,
            recording.getValue().path("request_body").asText(),
            tokens.getOrDefault(name, provider.client.token()),
            contentType);
      }
    }
  }

  private static JsonNode parsed(HttpResponse<String> response) throws Exception {
    return RpcClient.JSON.readTree(response.body());
  }

  private String token(String... permissions) throws Exception {
    JsonNode base64 = provider.result("AuthNew", List.of(permissions));
    Bytes text = JsonScalars.BYTES.decode(base64);
    return new String(text.toArray(), StandardCharsets.UTF_8);
  }

  void wallet() throws Exception {
    provider.key = provider.asked("WalletNew--bls", "bls").asText();
    provider.secpKey = provider.asked("WalletNew--secp256k1", "secp256k1").asText();
    provider.ask("WalletHas", provider.key);
    provider.ask("WalletList");
    provider.ask("WalletDefaultAddress");
    provider.ask("WalletBalance--unknown", NOBODY);
    provider.ask("WalletSign", provider.key, "aGVsbG8=");
    provider.ask("WalletSign--secp-sign", provider.secpKey, "aGVsbG8=");
    provider.ask("WalletSign--unknown-key", NOBODY, "aGVsbG8=");
  }

  /** The chain must have a null round two below the head. */
  void chain() throws Exception {
    TipSet head = provider.devnet.head();
    long height = head.height().value();
    long nullRound = height - 2;
    JsonNode headKey = key(head.key());
    JsonNode parentKey = key(head.parents());
    JsonNode block = JsonScalars.CID.write(head.key().cids().get(0));
    provider.ask("ChainHead");
    provider.ask("ChainHead--err-many-params", 1);
    provider.ask("ChainGetGenesis");
    provider.ask("ChainGetTipSet", headKey);
    provider.ask("ChainGetTipSet--unknown", List.of(NOTHING));
    provider.ask("ChainGetTipSetByHeight", height - 1, headKey);
    provider.ask("ChainGetTipSetByHeight--null-tsk", height - 1, null);
    provider.ask("ChainGetTipSetByHeight--null-round", nullRound, headKey);
    provider.ask("ChainGetTipSetByHeight--future", height + 1000, headKey);
    provider.ask("ChainGetTipSetByHeight--err-type", "abc", HEAD);
    provider.ask("ChainGetTipSetAfterHeight", height - 1, headKey);
    provider.ask("ChainGetTipSetAfterHeight--null-round", nullRound, headKey);
    provider.ask("ChainGetPath", parentKey, headKey);
    provider.ask("ChainGetPath--reverse", headKey, parentKey);
    provider.ask("ChainGetBlock", block);
    provider.ask("ChainGetBlock--unknown", NOTHING);
    provider.ask("ChainGetMessage--unknown", NOTHING);
    provider.ask("ChainReadObj", block);
    provider.ask("ChainReadObj--unknown", NOTHING);
    randomness(height, nullRound, headKey);
  }

  private void randomness(long height, long nullRound, JsonNode headKey) throws Exception {
    JsonNode entropy =
        JsonScalars.BYTES.write(Randomness.minerEntropy(Address.parse("t01000").requireId()));
    provider.ask("StateGetRandomnessFromTickets", 5, height - 1, entropy, headKey);
    provider.ask("StateGetRandomnessFromTickets--null-round", 5, nullRound, entropy, headKey);
    provider.ask("StateGetRandomnessFromTickets--future", 5, height + 10, entropy, headKey);
    provider.ask("StateGetRandomnessFromTickets--empty-tsk", 9, height - 1, null, HEAD);
    provider.ask("StateGetRandomnessFromBeacon", 6, height - 1, entropy, headKey);
    provider.ask("StateGetRandomnessFromBeacon--null-round", 6, nullRound, entropy, headKey);
    provider.ask("StateGetRandomnessFromBeacon--future", 6, height + 10, entropy, headKey);
    provider.ask("StateGetRandomnessDigestFromTickets", height - 1, headKey);
    provider.ask("StateGetRandomnessDigestFromBeacon", height - 1, headKey);
    provider.ask("StateGetBeaconEntry", height);
  }

  /** Once the provider's key is on chain. */
  void actors() throws Exception {
    provider.ask("WalletBalance", provider.key);
    provider.ask("StateGetActor--account", provider.key, HEAD);
    provider.ask("StateGetActor--unknown", NOBODY, HEAD);
    provider.ask("StateLookupID--unknown", NOBODY, HEAD);
    provider.keyId = provider.asked("StateLookupID", provider.key, HEAD).asText();
    provider.ask("StateAccountKey", provider.keyId, HEAD);
    provider.ask("StateMinerInfo--unknown-miner", NO_MINER, HEAD);
    provider.ask("StateMinerInfo--not-a-miner", provider.key, HEAD);
    provider.ask("StateMinerInfo--err-addr", "nonsense", HEAD);
    provider.ask("StateMinerInfo--err-few-params", "t01000");
    provider.ask("StateMinerPower--unknown-miner", NO_MINER, HEAD);
    provider.ask("StateMinerPower--genesis-miner", "t01000", HEAD);
    provider.ask("StateMinerProvingDeadline--unknown-miner", NO_MINER, HEAD);
    provider.ask("StateMinerSectors--unknown-miner", NO_MINER, null, HEAD);
  }
}
