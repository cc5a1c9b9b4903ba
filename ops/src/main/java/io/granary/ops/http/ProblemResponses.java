package io.granary.ops.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.ExceptionHandler;
import akka.http.javadsl.server.RejectionHandler;
import io.granary.protocol.port.ChainException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong with a request into a problem document. */
final class ProblemResponses {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemResponses.class);

  /** RFC 9457. */
  private static final ContentType PROBLEM =
      ContentTypes.create(
          MediaTypes.applicationWithOpenCharset("problem+json"), HttpCharsets.UTF_8);

  /** JSON-RPC's code for an actor that is not there (chain.md 2.1). */
  private static final int ACTOR_NOT_FOUND = 11;

  /** What a lotus node says of a miner that is not there, with the code of any failure. */
  private static final String MINER_NOT_FOUND = "actor not found";

  /** How Akka Management words what it refuses. */
  private static final Pattern AKKA_MESSAGE = Pattern.compile("\\{\"message\":\"([^\"]*)\"\\}");

  private ProblemResponses() {}

  /** The answer to a refused request. */
  static HttpResponse of(Problem problem) {
    return HttpResponse.create().withStatus(problem.statusCode()).withEntity(entity(problem));
  }

  private static akka.http.javadsl.model.ResponseEntity entity(Problem problem) {
    return HttpEntities.create(PROBLEM, problem.document().getBytes(StandardCharsets.UTF_8));
  }

  /** For what routes and services throw, in the stages they return too. */
  static ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder()
        .matchAny(failure -> Directives.complete(of(problem(unwrapped(failure)))))
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
      return Problem.unavailable("no answer in time: " + failure.getMessage());
    }
    if (failure instanceof ChainException chain) {
      return chain(chain);
    }
    LOG.error("a management request failed", failure);
    return Problem.internal(failure.toString());
  }

  /** A node that was reached and said no is told apart from one that was not. */
  private static Problem chain(ChainException failure) {
    String detail = "chain node: " + failure.getMessage();
    if (failure.code() == ACTOR_NOT_FOUND || detail.endsWith(MINER_NOT_FOUND)) {
      return Problem.notFound(detail);
    }
    return failure.code() > 0 && failure.code() < 400
        ? Problem.badGateway(detail)
        : Problem.unavailable(detail);
  }

  /** For what no route took: the server's own words, as a problem document. */
  static RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleNotFound(
            Directives.extractUri(
                uri ->
                    Directives.complete(of(Problem.notFound("there is nothing at " + uri.path())))))
        .build()
        .withFallback(
            RejectionHandler.defaultHandler().mapRejectionResponse(ProblemResponses::asProblem));
  }

  /** A failure that is told in other words, as a problem document; anything else as it is. */
  static HttpResponse asProblem(HttpResponse response) {
    return response.status().isFailure() && !response.entity().getContentType().equals(PROBLEM)
        ? response.withEntity(entity(Problem.of(response.status(), text(response))))
        : response;
  }

  private static String text(HttpResponse response) {
    if (!(response.entity() instanceof HttpEntity.Strict strict)) {
      return response.status().defaultMessage();
    }
    String text = strict.getData().utf8String();
    Matcher matcher = AKKA_MESSAGE.matcher(text);
    return matcher.matches() ? matcher.group(1) : text;
  }

  /** For a request that nothing answered within the server's request-timeout. */
  static HttpResponse timeout() {
    return of(
        Problem.of(
            StatusCodes.SERVICE_UNAVAILABLE,
            "the node did not answer in time; it may be starting"));
  }
}
