package io.granary.ops.http;

import io.granary.protocol.deadline.DeadlineEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** {@code /v1/miners}, and {@code /v1/senders}, which pay for them. */
final class MinerRoutes {
  private static final String ALL = "/v1/miners";
  private static final String ONE = ALL + "/{miner}";
  private static final String DEADLINE = ONE + "/deadlines/{deadline}";

  private MinerRoutes() {}

  static List<Endpoint> of(MinerService miners, DeadlineService deadlines) {
    return List.of(
        Endpoint.get(ALL, Set.of(), call -> miners.list()),
        Endpoint.get("/v1/senders", Set.of(), call -> miners.senders()),
        Endpoint.longPost(
            ALL, Set.of("sectorSize", "owner", "message", "miner"), call -> create(miners, call)),
        Endpoint.post(
            ONE + "/sectors",
            Set.of("file", "orderId"),
            call -> miners.order(PathIds.miner(call), call.text("file"), call.text("orderId"))),
        Endpoint.get(ONE + "/deadlines", Set.of(), call -> deadlines.all(PathIds.miner(call))),
        Endpoint.get(
            DEADLINE,
            Set.of(),
            call -> deadlines.live(PathIds.miner(call), index(call, "deadline"))),
        Endpoint.get(
            DEADLINE + "/history",
            EventPage.PARAMETERS,
            call ->
                deadlines.history(
                    PathIds.miner(call),
                    index(call, "deadline"),
                    EventPage.<DeadlineEvent>of(call))),
        Endpoint.post(
            DEADLINE + "/partitions/{partition}/retry",
            Set.of(),
            call ->
                deadlines.retry(
                    PathIds.miner(call), index(call, "deadline"), index(call, "partition"))));
  }

  /** One of the three ways to a miner. */
  private static CompletionStage<Answer> create(MinerService miners, Call call) {
    if (call.body().size() > (call.body().has("owner") ? 2 : 1)
        || (call.body().has("owner") && !call.body().has("sectorSize"))) {
      throw Problem.badRequest(
          "body: expected sectorSize with or without owner, or message, or miner, got "
              + call.body());
    }
    if (call.body().has("miner")) {
      return miners.add(PathIds.miner(call.requireText("miner"))).thenApply(Answer::ok);
    }
    return call.text("message")
        .map(message -> miners.created(PathIds.message(message)))
        .orElseGet(
            () ->
                miners.create(
                    PathIds.sectorSize(call.requireText("sectorSize")),
                    call.text("owner").map(PathIds::owner)));
  }

  private static long index(Call call, String name) {
    return PathIds.whole(name, call.segment(name));
  }
}
