package io.granary.ops.http;

import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.PathMatchers;
import akka.http.javadsl.server.Route;
import java.util.Set;

/** {@code /v1/miners}. */
public final class MinerRoutes {
  private final MinerService miners;

  public MinerRoutes(MinerService miners) {
    this.miners = miners;
  }

  /** The routes below {@code /v1}. */
  public Route routes() {
    return Directives.pathPrefix(
        "miners",
        () ->
            Directives.concat(
                Directives.pathEndOrSingleSlash(
                    () ->
                        Directives.concat(
                            Directives.get(() -> JsonBodies.complete(miners.list())),
                            Directives.post(this::create))),
                Directives.pathPrefix(PathMatchers.segment(), this::one)));
  }

  private Route create() {
    return JsonBodies.withObject(
        Set.of("sectorSize", "owner", "miner"),
        body ->
            JsonBodies.complete(
                JsonBodies.text(body, "miner")
                    .map(existing -> miners.add(PathIds.miner(existing)))
                    .orElseGet(
                        () ->
                            miners.create(
                                PathIds.sectorSize(JsonBodies.requireText(body, "sectorSize")),
                                JsonBodies.text(body, "owner").map(PathIds::address)))));
  }

  private Route one(String miner) {
    return Directives.concat(
        Directives.path(
            "sectors",
            () ->
                Directives.post(
                    () ->
                        JsonBodies.withObject(
                            Set.of("file", "orderId"),
                            body ->
                                JsonBodies.complete(
                                    miners.order(
                                        PathIds.miner(miner),
                                        JsonBodies.text(body, "file"),
                                        JsonBodies.text(body, "orderId")))))),
        Directives.pathPrefix(
            "deadlines",
            () ->
                Directives.concat(
                    Directives.pathEndOrSingleSlash(
                        () ->
                            Directives.get(
                                () -> JsonBodies.complete(miners.deadlines(PathIds.miner(miner))))),
                    Directives.path(
                        PathMatchers.longSegment().slash("history"),
                        index ->
                            Directives.get(
                                () ->
                                    JsonBodies.complete(
                                        miners.deadlineHistory(PathIds.miner(miner), index)))))));
  }
}
