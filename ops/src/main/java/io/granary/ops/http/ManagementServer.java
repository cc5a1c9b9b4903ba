package io.granary.ops.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.ExceptionHandler;
import akka.http.javadsl.server.RejectionHandler;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.AkkaManagement;
import io.granary.protocol.port.ChainException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Akka Management's routes and ours on one loopback port. */
public final class ManagementServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  /** RFC 9457. */
  private static final ContentType PROBLEM =
      ContentTypes.create(
          MediaTypes.applicationWithOpenCharset("problem+json"),
          akka.http.javadsl.model.HttpCharsets.UTF_8);

  private final ServerBinding binding;

  private ManagementServer(ServerBinding binding) {
    this.binding = binding;
  }

  /** Binds; the stage fails when the port is taken. */
  public static CompletionStage<ManagementServer> bind(
      ActorSystem<?> system, String host, int port, Route v1) {
    Route all =
        Directives.concat(
            Directives.pathPrefix("v1", () -> v1), AkkaManagement.get(system).getRoutes());
    Route sealed =
        Directives.handleExceptions(
            problems(), () -> Directives.handleRejections(rejections(), () -> all));
    return Http.get(system).newServerAt(host, port).bind(sealed).thenApply(ManagementServer::new);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  private static ExceptionHandler problems() {
    return ExceptionHandler.newBuilder()
        .matchAny(failure -> Directives.complete(response(problem(unwrapped(failure)))))
        .build();
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? unwrapped(cause) : failure;
  }

  private static Problem problem(Throwable failure) {
    if (failure instanceof Problem problem) {
      return problem;
    }
    if (failure instanceof TimeoutException) {
      return Problem.unavailable("the entity did not answer in time: " + failure.getMessage());
    }
    if (failure instanceof ChainException) {
      return Problem.unavailable("chain node: " + failure.getMessage());
    }
    LOG.error("a management request failed", failure);
    return Problem.internal(failure.toString());
  }

  private static RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleNotFound(
            Directives.extractUri(
                uri ->
                    Directives.complete(
                        response(Problem.notFound("there is nothing at " + uri.path())))))
        .build()
        .withFallback(RejectionHandler.defaultHandler());
  }

  private static HttpResponse response(Problem problem) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(problem.status()))
        .withEntity(
            HttpEntities.create(
                PROBLEM, problem.document().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    binding.terminate(STOP_LIMIT);
  }
}
