package io.granary.bridge.retrieval.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as its client sent it.
 *
 * @param path decoded parts of the path, none empty
 * @param query decoded parameters; of a repeated one the first
 * @param headers values by name in lower case, in the order they came
 * @param keepAlive whether the client may send another request
 * @param http11 whether it speaks HTTP/1.1, not 1.0
 */
public record RequestHead(
    String method,
    List<String> path,
    Map<String, String> query,
    Map<String, List<String>> headers,
    boolean keepAlive,
    boolean http11) {
  public RequestHead {
    path = List.copyOf(path);
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** Whether only the head of the answer is wanted. */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /** The values of a field, joined as RFC 9110, section 5.3, allows; empty when it is not there. */
  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName)).map(values -> String.join(", ", values));
  }
}
