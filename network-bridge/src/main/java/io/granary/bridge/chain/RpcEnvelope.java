package io.granary.bridge.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.json.JsonCursor;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.JsonShapeException;
import io.granary.protocol.json.JsonText;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.port.ChainException;
import java.nio.charset.StandardCharsets;

/** JSON-RPC 2.0 around a request and an answer. */
final class RpcEnvelope {
  private static final int UNAUTHORIZED = 401;

  private RpcEnvelope() {}

  /** The text of a request; {@code id} must stay below 2^53, which nodes keep as a double. */
  static String request(long id, String wireName, JsonNode params) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("jsonrpc", "2.0").put("id", id).put("method", wireName).set("params", params);
    return JsonText.write(request);
  }

  /** The text of a notification, which has no id and gets no answer. */
  static String notification(String method, JsonNode params) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("jsonrpc", "2.0").put("method", method).set("params", params);
    return JsonText.write(request);
  }

  /**
   * Reads an HTTP answer to request {@code id} (statuses as chain.md 2.1 and the recordings have
   * them: 200 for results and for errors of a handler, 500 and 400 with a JSON-RPC error, 401
   * without a body).
   *
   * @throws ChainException the node's error, or why its answer is none
   */
  static <R> R result(RpcMethod<R> method, long id, int status, byte[] body) {
    if (status == UNAUTHORIZED) {
      throw new ChainException(
          ChainException.TOKEN_REFUSED, method.name() + ": the chain node refused our token");
    }
    JsonCursor answer;
    try {
      answer = JsonCursor.root(JsonText.parse(body));
      throwError(method.name(), answer);
    } catch (JsonShapeException e) {
      throw noAnswer(method, status, body, e);
    }
    try {
      long answered = answer.get("id", JsonScalars.INTEGER);
      if (answered != id) {
        throw answer.member("id").problem("expected " + id + ", got " + answered);
      }
      return method.result().decode(answer.member("result").node());
    } catch (JsonShapeException e) {
      throw new ChainException(
          ChainException.MALFORMED_ANSWER, method.name() + ": " + e.getMessage(), e);
    }
  }

  /** Throws the answer's error, if it is one. */
  static void throwError(String what, JsonCursor answer) {
    JsonNode error = answer.getOr("error", JsonScalars.RAW, JsonNodeFactory.instance.nullNode());
    if (!error.isNull()) {
      JsonCursor at = answer.member("error");
      long code = at.get("code", JsonScalars.INTEGER);
      String message = at.get("message", JsonScalars.TEXT);
      throw new ChainException((int) code, what + ": " + message);
    }
  }

  private static ChainException noAnswer(
      RpcMethod<?> method, int status, byte[] body, JsonShapeException cause) {
    String what =
        method.name() + ": HTTP " + status + " with no JSON-RPC answer: " + beginning(body);
    if (status >= 400 && status < 500) {
      return new ChainException(status, what, cause);
    }
    // A gateway's error page says nothing of what the node behind it did.
    return status == 200
        ? new ChainException(ChainException.MALFORMED_ANSWER, what, cause)
        : new ChainException(ChainException.CONNECTION_LOST, what, cause);
  }

  private static String beginning(byte[] body) {
    int length = Math.min(body.length, 120);
    return length == 0 ? "empty" : new String(body, 0, length, StandardCharsets.UTF_8).strip();
  }
}
