package io.granary.ops.http;

import io.granary.protocol.sector.SectorEvent;
import java.util.List;
import java.util.Set;

/** {@code /v1/sectors}. */
final class SectorRoutes {
  private static final String ALL = "/v1/sectors";
  private static final String ONE = ALL + "/{miner}/{number}";
  private static final int LIMIT_DEFAULT = 100;

  private SectorRoutes() {}

  static List<Endpoint> of(SectorService sectors, UnsealService unsealing) {
    return List.of(
        Endpoint.get(
            ALL,
            Set.of("miner", "state", "after", "limit"),
            call ->
                sectors.list(
                    call.parameter("miner").map(PathIds::miner),
                    call.parameter("state"),
                    call.parameter("after").map(PathIds::after),
                    (int) call.number("limit", 1, SectorService.LIMIT_MAX, LIMIT_DEFAULT))),
        Endpoint.get(ONE, Set.of(), call -> sectors.live(PathIds.sector(call))),
        Endpoint.get(
            ONE + "/history",
            Set.of("at", "from", "limit"),
            call ->
                sectors.history(
                    PathIds.sector(call), call.parameter("at"), EventPage.<SectorEvent>of(call))),
        Endpoint.post(ONE + "/retry", Set.of(), call -> sectors.retry(PathIds.sector(call))),
        Endpoint.post(
            ONE + "/remove",
            Set.of("reason"),
            call -> sectors.remove(PathIds.sector(call), call.requireText("reason"))),
        Endpoint.longPost(
            ONE + "/unseal",
            Set.of("output"),
            call -> unsealing.unseal(PathIds.sector(call), call.requireText("output"))));
  }
}
