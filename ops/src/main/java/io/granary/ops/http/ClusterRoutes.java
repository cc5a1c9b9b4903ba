package io.granary.ops.http;

import java.util.List;
import java.util.Set;

/** {@code /v1/cluster}: what changes the membership; Akka Management's own routes only show it. */
final class ClusterRoutes {
  private ClusterRoutes() {}

  static List<Endpoint> of(ClusterService cluster) {
    return List.of(
        Endpoint.post(
            "/v1/cluster/down",
            Set.of("address", "uid"),
            call -> cluster.down(call.requireText("address"), call.requireText("uid"))));
  }
}
