package io.granary.devnet.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.Devnet;
import io.granary.devnet.RpcClient;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.MinerCodecs;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outside provider of the recordings, living again on a devnet. It keeps the answer to every
 * request that a recording made.
 */
final class Provider {
  /** The empty tipset key. */
  static final List<Object> HEAD = List.of();

  /** An address that is on no chain (recorded). */
  static final String NOBODY = "t1d2xrzcslx7xlbbylc5c3d5lvandqw4iwl6epxba";

  /** A miner that is on no chain (recorded). */
  static final String NO_MINER = "t099999";

  /** A CID of nothing (recorded). */
  static final JsonNode NOTHING =
      RpcClient.JSON
          .createObjectNode()
          .put("/", "bafy2bzacedo7hjsumaajt6sbor42qycvjyk6goqe4oi4o4ddsjxkdeqrqf42c");

  static final ChainJson JSON = new ChainJson('t');

  final Devnet devnet;
  final RpcClient client;

  /** The node's own key: default of its wallet, worker of the genesis miner. */
  final String nodeKey;

  /** The provider's key, once it has been made. */
  String key = "";

  /** Its f0 address. */
  String keyId = "";

  /** A secp256k1 key of the node. */
  String secpKey = "";

  /** The provider's miner. */
  String miner = "";

  /** The miner's f2 address. */
  String robust = "";

  private final Map<String, Answer> answers = new LinkedHashMap<>();

  Provider(Devnet devnet, RpcClient client) {
    this.devnet = devnet;
    this.client = client;
    this.nodeKey = devnet.defaultAddress().toText('t');
  }

  Map<String, Answer> answers() {
    return answers;
  }

  /** Makes the request of {@code recording} with this chain's parameters and keeps the answer. */
  JsonNode ask(String recording, @Nullable Object... params) throws Exception {
    String method = Recordings.method(recording).orElseThrow();
    return keep(recording, RpcClient.request(method, params), client.token(), "application/json");
  }

  /** Posts a raw body for {@code recording} and keeps the answer. */
  JsonNode keep(String recording, String body, String token, String contentType) throws Exception {
    HttpResponse<String> response = client.post(body, token, contentType);
    JsonNode parsed = RpcClient.JSON.readTree(response.body());
    keep(recording, new Answer(response.statusCode(), parsed));
    return parsed;
  }

  void keep(String recording, Answer answer) {
    Recordings.get(recording);
    if (answers.put(recording, answer) != null) {
      throw new AssertionError("asked twice: " + recording);
    }
  }

  /** As {@link #ask}, for a request that must succeed; gives its result. */
  JsonNode asked(String recording, @Nullable Object... params) throws Exception {
    JsonNode response = ask(recording, params);
    if (response.has("error")) {
      throw new AssertionError(recording + ": " + response.get("error"));
    }
    return response.get("result");
  }

  JsonNode result(String method, @Nullable Object... params) throws Exception {
    return client.result("Filecoin." + method, params);
  }

  /** Makes {@code blocks} blocks. */
  void blocks(int blocks) {
    for (int i = 0; i < blocks; i++) {
      devnet.step(0);
    }
  }

  long height() {
    return devnet.head().height().value();
  }

  /** Makes the head's height {@code epoch}, by null rounds, then that of one block more. */
  void goTo(long epoch) {
    while (height() < epoch) {
      long missing = epoch - height() - 1;
      devnet.step((int) Math.min(missing, 4000));
    }
  }

  /** A message as JSON-RPC takes it. */
  static JsonNode message(String from, String to, TokenAmount value, long method, Bytes params) {
    return JSON.messages()
        .parameter()
        .write(Message.of(Address.parse(from), Address.parse(to), value, method, params));
  }

  /** A message of the provider to its miner. */
  JsonNode toMiner(long method, CborEncodable params) {
    return message(key, miner, TokenAmount.ZERO, method, params.toCbor());
  }

  /** Simulates for {@code recording} a message to the miner. */
  void simulate(String recording, long method, CborEncodable params) throws Exception {
    ask(recording, toMiner(method, params), HEAD);
  }

  /** Pushes for {@code recording} a message to the miner that must be taken; gives its CID. */
  JsonNode push(String recording, JsonNode message) throws Exception {
    JsonNode cid = asked(recording, message, null).get("CID");
    blocks(2);
    JsonNode lookup = result("StateSearchMsg", HEAD, cid, -1, true);
    if (lookup.at("/Receipt/ExitCode").asLong() != 0) {
      throw new AssertionError(recording + ": " + lookup);
    }
    return cid;
  }

  /** The deadline that is open for the miner at the head. */
  DeadlineInfo deadline() throws Exception {
    return MinerCodecs.DEADLINE_INFO.decode(result("StateMinerProvingDeadline", miner, HEAD));
  }

  JsonNode headKey() {
    return JsonScalars.TIPSET_KEY.write(devnet.head().key());
  }

  /** Draws randomness for {@code recording}, or for nobody when it is empty. */
  Bytes draw(
      Optional<String> recording, String source, RandomnessTag tag, long epoch, Bytes entropy)
      throws Exception {
    Object[] params = {
      tag.number(), epoch, JsonScalars.BYTES.write(entropy), headKey(),
    };
    JsonNode result =
        recording.isPresent()
            ? asked(recording.get(), params)
            : result("StateGetRandomnessFrom" + source, params);
    return JsonScalars.BYTES.decode(result);
  }

  /** The key of a tipset as JSON. */
  static JsonNode key(TipSetKey key) {
    return JsonScalars.TIPSET_KEY.write(key);
  }
}
