package io.granary.bridge.retrieval.http;

import java.util.Map;

/** A request that cannot be answered: the status and what the client reads. */
public final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, String> headers;

  /** A problem; {@code reason} goes to the client. */
  public HttpProblem(int status, String reason) {
    this(status, reason, Map.of());
  }

  /** A problem with header fields of its own. */
  public HttpProblem(int status, String reason, Map<String, String> headers) {
    super(reason, null, false, false);
    this.status = status;
    this.headers = Map.copyOf(headers);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Further header fields of the answer. */
  public Map<String, String> headers() {
    return headers;
  }

  /** What the client reads. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
