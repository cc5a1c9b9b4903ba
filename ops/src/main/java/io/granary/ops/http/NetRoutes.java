package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.libp2p.P2pHost;
import io.granary.bridge.libp2p.RemotePeer;
import io.granary.bridge.libp2p.reach.Contact;
import io.granary.bridge.libp2p.secure.FrameCiphers;
import io.granary.ops.presence.PresenceStatus;
import io.granary.protocol.signature.CurveLibrary;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/net}: this node as a libp2p peer, and who is connected. */
final class NetRoutes {
  private NetRoutes() {}

  static List<Endpoint> of(NetService net) {
    return List.of(
        Endpoint.get("/v1/net", Set.of(), call -> CompletableFuture.completedFuture(json(net))),
        Endpoint.post(
            "/v1/net/connect",
            Set.of("address"),
            call ->
                net.connect(call.requireText("address"))
                    .thenApply(peer -> put(JsonNodeFactory.instance.objectNode(), peer))));
  }

  private static JsonNode json(NetService net) {
    P2pHost host = net.host();
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("peerId", host.peerId().toString());
    answer.put("cipher", FrameCiphers.inUse().name());
    answer.put("secp256k1", CurveLibrary.inUse().name());
    texts(answer.putArray("listenAddresses"), host.listenAddresses());
    texts(answer.putArray("protocols"), host.protocols());
    ArrayNode peers = answer.putArray("peers");
    host.peers().forEach(peer -> put(peers.addObject(), peer));
    ArrayNode contacts = answer.putArray("reach");
    net.contacts().forEach(contact -> put(contacts.addObject(), contact));
    net.presence().ifPresent(status -> put(answer.putObject("onChain"), status));
    return answer;
  }

  private static void put(ObjectNode row, Contact contact) {
    row.put("peer", contact.peer().toString())
        .put("triedAt", contact.at().toString())
        .put("connected", contact.failure().isEmpty());
    contact.failure().ifPresent(why -> row.put("failure", why));
    contact.observed().ifPresent(address -> row.put("seesUsAt", address.toString()));
    contact.reach().known().ifPresent(reached -> row.put("reachesUs", reached));
    row.put("detail", contact.reach().detail());
  }

  private static void put(ObjectNode row, PresenceStatus status) {
    row.put("miner", status.miner().toString());
    status.looked().ifPresent(at -> row.put("lookedAt", at.toString()));
    status.peer().ifPresent(id -> row.put("peerId", id));
    texts(row.putArray("addresses"), status.addresses());
    ArrayNode nodes = row.putArray("nodes");
    for (PresenceStatus.Node node : status.nodes()) {
      ObjectNode each = nodes.addObject();
      each.put("node", node.name()).put("peerId", node.peer());
      texts(each.putArray("addresses"), node.addresses());
    }
    texts(row.putArray("problems"), status.problems());
    texts(row.putArray("asked"), status.asked());
    status.unread().ifPresent(why -> row.put("unread", why));
  }

  private static JsonNode put(ObjectNode row, RemotePeer peer) {
    row.put("peerId", peer.id().toString())
        .put("address", peer.address().toString())
        .put("agent", peer.agent());
    texts(row.putArray("protocols"), peer.protocols());
    texts(row.putArray("listenAddresses"), peer.listenAddresses());
    return row;
  }

  private static void texts(ArrayNode array, Iterable<?> values) {
    values.forEach(value -> array.add(value.toString()));
  }
}
