package io.granary.ops.http;

import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** A refused request, answered as a problem document (RFC 9457). */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final String detail;

  private Problem(int status, String detail) {
    this(StatusCodes.get(status), detail);
  }

  /** A document of no type of its own has the status's own words for its title. */
  private Problem(StatusCode status, String detail) {
    super(status.reason() + ": " + detail);
    this.status = status.intValue();
    this.title = status.reason();
    this.detail = detail;
  }

  /** {@code detail} names the field and what was expected. */
  public static Problem badRequest(String detail) {
    return new Problem(400, detail);
  }

  /** Not for a caller from where this one comes. */
  public static Problem forbidden(String detail) {
    return new Problem(403, detail);
  }

  public static Problem notFound(String detail) {
    return new Problem(404, detail);
  }

  /** {@code allowed} are the methods that the path has, {@code GET, POST}. */
  public static Problem methodNotAllowed(String path, String allowed) {
    return new Problem(405, path + " takes " + allowed);
  }

  /** The entity refused: the request fits, its state does not. */
  public static Problem conflict(String detail) {
    return new Problem(409, detail);
  }

  public static Problem unsupportedMediaType(String detail) {
    return new Problem(415, detail);
  }

  /** Something outside answered, and refused. */
  public static Problem badGateway(String detail) {
    return new Problem(502, detail);
  }

  /** Something outside did not answer. */
  public static Problem unavailable(String detail) {
    return new Problem(503, detail);
  }

  public static Problem internal(String detail) {
    return new Problem(500, detail);
  }

  /** What the HTTP server itself refused with {@code status}. */
  static Problem of(StatusCode status, String detail) {
    return new Problem(status, detail);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  StatusCode statusCode() {
    return StatusCodes.get(status);
  }

  /** The document's text. */
  public String document() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("detail", detail)
        .toString();
  }
}
