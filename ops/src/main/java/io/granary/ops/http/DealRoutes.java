package io.granary.ops.http;

import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealId;
import java.util.List;
import java.util.Set;

/** {@code /v1/deals}, {@code /v1/publications} of them, and the rules they are judged by. */
final class DealRoutes {
  private static final String ALL = "/v1/deals";
  private static final String ONE = ALL + "/{deal}";
  private static final String PUBLICATIONS = "/v1/publications";
  private static final String RULES = "/v1/deal-rules";
  private static final int LIMIT_DEFAULT = 100;

  private DealRoutes() {}

  static List<Endpoint> of(DealService deals) {
    return List.of(
        Endpoint.get(
            ALL,
            Set.of("after", "limit"),
            call ->
                deals.list(
                    call.parameter("after").map(text -> PathIds.deal("after", text)),
                    (int) call.number("limit", 1, DealService.LIMIT_MAX, LIMIT_DEFAULT))),
        Endpoint.get(RULES, Set.of(), call -> deals.rules().rules()),
        Endpoint.get(
            RULES + "/history",
            Set.of("limit"),
            call ->
                deals
                    .rules()
                    .history(
                        (int) call.number("limit", 1, DealRulesService.LIMIT_MAX, LIMIT_DEFAULT))),
        Endpoint.post(
            RULES,
            Set.of("version", "set"),
            call -> deals.rules().change(call.requireNumber("version"), call.require("set"))),
        Endpoint.get(PUBLICATIONS, Set.of(), call -> deals.publications()),
        Endpoint.get(ONE, Set.of(), call -> deals.live(deal(call))),
        Endpoint.get(
            ONE + "/events",
            EventPage.PARAMETERS,
            call -> deals.events(deal(call), EventPage.<DealEvent>of(call))),
        Endpoint.post(ONE + "/retry", Set.of(), call -> deals.retry(deal(call))),
        Endpoint.post(
            ONE + "/import",
            Set.of("file"),
            call -> deals.importFile(deal(call), call.requireText("file"))));
  }

  private static DealId deal(Call call) {
    return PathIds.deal("deal", call.segment("deal"));
  }
}
