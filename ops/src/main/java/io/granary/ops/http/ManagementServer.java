package io.granary.ops.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.AkkaManagement;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Akka Management's routes and ours on one loopback port. */
public final class ManagementServer implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final ServerBinding binding;

  private ManagementServer(ServerBinding binding) {
    this.binding = binding;
  }

  /**
   * Binds; the stage fails when the port is taken.
   *
   * @throws IllegalArgumentException when {@code host} is no loopback address: whoever reaches the
   *     port may give every order
   */
  public static CompletionStage<ManagementServer> bind(
      ActorSystem<?> system, String host, int port, ManagementApi api) {
    requireLoopback(host);
    Route all =
        Directives.concat(
            Directives.pathPrefix("v1", api::route),
            Directives.mapResponse(
                ProblemResponses::asProblem, () -> AkkaManagement.get(system).getRoutes()));
    Route sealed =
        Directives.withRequestTimeoutResponse(
            request -> ProblemResponses.timeout(),
            () ->
                Directives.handleExceptions(
                    ProblemResponses.exceptions(),
                    () ->
                        Directives.handleRejections(
                            ProblemResponses.rejections(),
                            () -> LoopbackGuard.protect(() -> all))));
    return Http.get(system).newServerAt(host, port).bind(sealed).thenApply(ManagementServer::new);
  }

  private static void requireLoopback(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!address.isLoopbackAddress()) {
          throw new IllegalArgumentException(
              "management host: must be a loopback address, got " + host);
        }
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("management host: unknown host " + host, e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  @Override
  public void close() {
    binding.terminate(STOP_LIMIT);
  }
}
