package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Asker;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.RequestHandler;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.bridge.retrieval.http.Route;
import io.granary.protocol.port.CopyAwayException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands requests to whoever answers them. */
final class RetrievalRoutes implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RetrievalRoutes.class);

  /** A node that starts anew is back after some ten seconds. */
  private static final String RETRY_AFTER_SECONDS = "10";

  private final PieceAnswers pieces;
  private final GatewayAnswers gateway;
  private final List<Route> others;

  RetrievalRoutes(PieceAnswers pieces, GatewayAnswers gateway, List<Route> others) {
    this.pieces = pieces;
    this.gateway = gateway;
    this.others = List.copyOf(others);
  }

  @Override
  public Answer answer(RequestHead head) {
    throw new IllegalStateException("whoever asks is told with the request");
  }

  /** Of who has the bytes and does not give them now it is not said who it is. */
  @Override
  public Answer answer(RequestHead head, Asker asker) throws IOException {
    try {
      return route(head, asker);
    } catch (CopyAwayException e) {
      LOG.warn("{} cannot be answered now", head.path(), e);
      throw new HttpProblem(
          503,
          String.valueOf(e.getMessage()),
          Map.of("Retry-After", RETRY_AFTER_SECONDS, "Cache-Control", "no-store"));
    }
  }

  private Answer route(RequestHead head, Asker asker) throws IOException {
    List<String> path = head.path();
    if (path.size() == 2 && path.get(0).equals("piece")) {
      return pieces.answer(head, path.get(1), asker);
    }
    if (path.size() >= 2 && path.get(0).equals("ipfs")) {
      return gateway.answer(head, path.get(1), path.subList(2, path.size()), asker);
    }
    if (path.equals(List.of("health"))) {
      return Answer.text(200, "ok", Map.of("Cache-Control", "no-store"));
    }
    for (Route route : others) {
      if (route.takes(path)) {
        return route.answer(head, asker);
      }
    }
    throw new HttpProblem(404, "served are /piece/{pieceCid} and /ipfs/{cid}");
  }
}
