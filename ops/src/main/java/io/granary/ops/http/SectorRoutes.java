package io.granary.ops.http;

import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.PathMatchers;
import akka.http.javadsl.server.Route;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/sectors}. */
public final class SectorRoutes {
  private final SectorService sectors;
  private final UnsealService unsealing;

  public SectorRoutes(SectorService sectors, UnsealService unsealing) {
    this.sectors = sectors;
    this.unsealing = unsealing;
  }

  /** The routes below {@code /v1}. */
  public Route routes() {
    return Directives.pathPrefix(
        "sectors",
        () ->
            Directives.concat(
                Directives.pathEndOrSingleSlash(() -> Directives.get(this::list)),
                Directives.pathPrefix(
                    PathMatchers.segment().slash(PathMatchers.segment()), this::one)));
  }

  private Route list() {
    return Directives.parameterOptional(
        "miner",
        miner ->
            Directives.parameterOptional(
                "state",
                state ->
                    Directives.parameterOptional(
                        "after",
                        after ->
                            Directives.parameterOptional(
                                "limit",
                                limit ->
                                    JsonBodies.complete(
                                        sectors.list(
                                            miner.map(PathIds::miner),
                                            state,
                                            after.map(PathIds::sector),
                                            limit(limit)))))));
  }

  private static int limit(Optional<String> text) {
    if (text.isEmpty()) {
      return 100;
    }
    if (text.get().matches("[0-9]{1,9}")) {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= SectorService.LIMIT_MAX) {
        return limit;
      }
    }
    throw Problem.badRequest(
        "limit: expected 1 to " + SectorService.LIMIT_MAX + ", got " + text.get());
  }

  private Route one(String miner, String number) {
    return Directives.concat(
        Directives.pathEndOrSingleSlash(
            () ->
                Directives.get(
                    () -> JsonBodies.complete(sectors.live(PathIds.sector(miner, number))))),
        Directives.path(
            "history",
            () ->
                Directives.get(
                    () ->
                        Directives.parameterOptional(
                            "at",
                            at ->
                                JsonBodies.complete(
                                    sectors.history(PathIds.sector(miner, number), at))))),
        Directives.path(
            "retry",
            () ->
                Directives.post(
                    () -> JsonBodies.complete(sectors.retry(PathIds.sector(miner, number))))),
        Directives.path(
            "remove",
            () ->
                Directives.post(
                    () ->
                        JsonBodies.withObject(
                            Set.of("reason"),
                            body ->
                                JsonBodies.complete(
                                    sectors.remove(
                                        PathIds.sector(miner, number),
                                        JsonBodies.requireText(body, "reason")))))),
        Directives.path(
            "unseal",
            () ->
                Directives.post(
                    () ->
                        JsonBodies.withObject(
                            Set.of("output"),
                            body ->
                                JsonBodies.complete(
                                    unsealing.unseal(
                                        PathIds.sector(miner, number),
                                        JsonBodies.requireText(body, "output")))))));
  }
}
