package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceReader.Lookup;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code /v1/retrieval}: what this node serves, and what is known of a piece. */
final class RetrievalRoutes {
  private RetrievalRoutes() {}

  static List<Endpoint> of(RetrievalService retrieval) {
    return List.of(
        Endpoint.get(
            "/v1/retrieval",
            Set.of(),
            call -> CompletableFuture.completedFuture(json(retrieval.status()))),
        Endpoint.get(
            "/v1/retrieval/pieces/{piece}",
            Set.of(),
            call -> retrieval.piece(call.segment("piece")).thenApply(RetrievalRoutes::json)));
  }

  private static JsonNode json(RetrievalView.Status status) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("address", text(status.address()));
    answer
        .putObject("http")
        .put("connections", status.http().connections())
        .put("requests", status.http().requests())
        .put("addresses", status.http().addresses())
        .put("connectionsRefused", status.http().connectionsRefused())
        .put("requestsRefused", status.http().requestsRefused());
    answer
        .putObject("pieces")
        .put("readable", status.copies())
        .put("sealed", status.sealed())
        .put("indexed", status.indexed());
    status
        .plainCopies()
        .ifPresent(
            plain ->
                answer
                    .putObject("plainCopies")
                    .put("copies", plain.copies())
                    .put("bytes", plain.bytes())
                    .put("bytesMax", plain.bytesMax()));
    status
        .advertised()
        .ifPresent(
            told -> {
              ObjectNode row = answer.putObject("advertised").put("pieces", told.pieces());
              told.head().ifPresent(head -> row.put("head", head.toString()));
            });
    return answer;
  }

  private static JsonNode json(RetrievalService.Piece piece) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("piece", Cid.commP(piece.commP()).toString());
    piece.found().ifPresent(found -> put(answer, found));
    piece
        .index()
        .ifPresent(
            index ->
                answer
                    .putObject("index")
                    .put("stage", index.stage().name().toLowerCase(Locale.ROOT))
                    .put("blocks", index.blocks())
                    .put("payloadBytes", index.payloadBytes()));
    piece
        .deals()
        .exposure()
        .advertisement()
        .ifPresent(by -> answer.put("advertisement", by.toString()));
    ArrayNode deals = answer.putArray("deals");
    piece
        .deals()
        .wishes()
        .forEach(
            wish ->
                deals
                    .addObject()
                    .put("deal", wish.deal().toString())
                    .put("standing", wish.standing().name().toLowerCase(Locale.ROOT))
                    .put("announce", wish.announce())
                    .put("keepUnsealed", wish.keepUnsealed()));
    return answer;
  }

  private static String text(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    String text = host.getHostAddress();
    return (host instanceof Inet6Address ? "[" + text + "]" : text) + ":" + address.getPort();
  }

  private static void put(ObjectNode answer, Lookup found) {
    if (found instanceof Lookup.Here) {
      answer.put("served", "readable");
    } else if (found instanceof Lookup.Sealed sealed) {
      answer.put("served", "sealed").put("sector", sealed.sector().toString());
    } else if (found instanceof Lookup.NoCopy none) {
      answer.put("served", "no").put("reason", none.reason());
    } else {
      answer.put("served", "no").put("reason", "no sector of this cluster is known to hold it");
    }
  }
}
