package io.granary.bridge.retrieval.http;

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

  /** The head as it is sent. */
  byte[] head(boolean http11, boolean keepAlive, String date) {
    StringBuilder text = new StringBuilder(512);
    text.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    headers.forEach(
        (name, value) -> text.append(name).append(": ").append(clean(value)).append("\r\n"));
    text.append("Date: ").append(date).append("\r\n");
    OptionalLong length = body.length();
    if (status != 304 && status != 204) {
      if (length.isPresent()) {
        text.append("Content-Length: ").append(length.getAsLong()).append("\r\n");
      } else if (http11) {
        text.append("Transfer-Encoding: chunked\r\n");
      }
    }
    if (!keepAlive) {
      text.append("Connection: close\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What a client sent must not end a field early. */
  private static String clean(String value) {
    StringBuilder text = new StringBuilder(value.length());
    value.chars().map(c -> c < ' ' || c > '~' ? '?' : c).forEach(c -> text.append((char) c));
    return text.toString();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 204 -> "No Content";
      case 206 -> "Partial Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 406 -> "Not Acceptable";
      case 408 -> "Request Timeout";
      case 410 -> "Gone";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 416 -> "Range Not Satisfiable";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Status";
    };
  }
}
