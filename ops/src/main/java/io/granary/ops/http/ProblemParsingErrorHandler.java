package io.granary.ops.http;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;

/**
 * Answers what is no HTTP request, or one past the parser's bounds, with a problem document too.
 * Named by {@code akka.http.server.parsing.error-handler}, which makes it.
 */
public final class ProblemParsingErrorHandler extends ParsingErrorHandler {
  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    log.info("illegal request, answered with {}: {}", status.value(), error.formatPretty());
    return ProblemResponses.of(Problem.of(status, error.summary()));
  }
}
