package io.granary.bridge.retrieval.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * An answer. Its body is given to GET only, its length to HEAD as well.
 *
 * @param headers fields of this answer, in order; length, connection and date are the server's
 */
public record Answer(int status, Map<String, String> headers, Body body) {
  /** An answer of plain text. */
  public static Answer text(int status, String text, Map<String, String> headers) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "text/plain; charset=utf-8");
    all.put("X-Content-Type-Options", "nosniff");
    return new Answer(status, all, Body.of((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** An answer without a body: 304. */
  public static Answer empty(int status, Map<String, String> headers) {
    return new Answer(status, headers, Body.of(new byte[0]));
  }

  static Answer of(HttpProblem problem) {
    return text(problem.status(), problem.reason(), problem.headers());
  }

  /** The head as it is sent; the encoder adds no field of its own. */
  HttpResponse head(boolean http11, boolean keepAlive, String date) {
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
    HttpHeaders fields = head.headers();
    headers.forEach((name, value) -> fields.add(name, clean(value)));
    fields.set(HttpHeaderNames.DATE, date);
    OptionalLong length = body.length();
    if (status != 304 && status != 204) {
      if (length.isPresent()) {
        fields.set(HttpHeaderNames.CONTENT_LENGTH, length.getAsLong());
      } else if (http11) {
        fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
    }
    if (!keepAlive) {
      fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return head;
  }

  /** What a client sent must not end a field early. */
  private static String clean(String value) {
    StringBuilder text = new StringBuilder(value.length());
    value.chars().map(c -> c < ' ' || c > '~' ? '?' : c).forEach(c -> text.append((char) c));
    return text.toString();
  }
}
