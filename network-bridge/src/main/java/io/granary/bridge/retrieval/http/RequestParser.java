package io.granary.bridge.retrieval.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a request head (RFC 9112) as strictly as the RFC lets a server: lines end in CR LF, no
 * folded lines, no space before a colon, one Host. A request with a body is refused, since what
 * follows it could not be told from the next request.
 */
final class RequestParser {
  /** Fields of one request. */
  private static final int FIELDS_MAX = 64;

  /** Parameters of a query. */
  private static final int PARAMETERS_MAX = 32;

  private static final int BAD_REQUEST = 400;
  private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

  private RequestParser() {}

  /**
   * Reads a head.
   *
   * @param head all bytes up to the empty line, which may be left out
   * @throws HttpProblem saying what is wrong; the connection cannot go on
   */
  static RequestHead parse(byte[] head) {
    String[] lines = new String(head, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    String[] first = lines[0].split(" ", -1);
    if (first.length != 3 || !isToken(first[0])) {
      throw bad("request line");
    }
    boolean http11 = first[2].equals("HTTP/1.1");
    if (!http11 && !first[2].equals("HTTP/1.0")) {
      throw first[2].startsWith("HTTP/")
          ? new HttpProblem(505, "HTTP/1.1 and 1.0 are spoken here")
          : bad("request line");
    }
    Map<String, List<String>> headers = fields(lines);
    requireNoBody(headers);
    int hosts = headers.getOrDefault("host", List.of()).size();
    if (hosts > 1 || (http11 && hosts == 0)) {
      throw bad("expected one Host field");
    }
    String target = originForm(first[1]);
    int mark = target.indexOf('?');
    return new RequestHead(
        first[0],
        path(mark < 0 ? target : target.substring(0, mark)),
        mark < 0 ? Map.of() : query(target.substring(mark + 1)),
        headers,
        http11 && !listed(headers, "connection", "close"),
        http11);
  }

  private static Map<String, List<String>> fields(String[] lines) {
    Map<String, List<String>> headers = new HashMap<>();
    int count = 0;
    for (int i = 1; i < lines.length; i++) {
      if (lines[i].isEmpty()) {
        continue;
      }
      if (++count > FIELDS_MAX) {
        throw new HttpProblem(431, "more than " + FIELDS_MAX + " header fields");
      }
      int colon = lines[i].indexOf(':');
      if (colon < 1 || !isToken(lines[i].substring(0, colon))) {
        throw bad("header field");
      }
      String value = strip(lines[i].substring(colon + 1));
      if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
        throw bad("header field with control characters");
      }
      headers
          .computeIfAbsent(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(value);
    }
    return headers;
  }

  private static void requireNoBody(Map<String, List<String>> headers) {
    boolean sized =
        headers.getOrDefault("content-length", List.of()).stream().anyMatch(v -> !v.equals("0"));
    if (sized || headers.containsKey("transfer-encoding")) {
      throw new HttpProblem(413, "requests with a body are not taken");
    }
  }

  private static boolean listed(Map<String, List<String>> headers, String name, String option) {
    return headers.getOrDefault(name, List.of()).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .anyMatch(value -> strip(value).equalsIgnoreCase(option));
  }

  /** A proxy's absolute form becomes a path. */
  private static String originForm(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    int scheme = target.indexOf("://");
    if (scheme < 1) {
      throw bad("request target");
    }
    int slash = target.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : target.substring(slash);
  }

  private static List<String> path(String text) {
    List<String> parts = new ArrayList<>();
    for (String part : text.split("/", -1)) {
      if (!part.isEmpty()) {
        parts.add(unescape(part));
      }
    }
    return parts;
  }

  private static Map<String, String> query(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String part : text.split("&", -1)) {
      int equals = part.indexOf('=');
      if (!part.isEmpty()) {
        parameters.putIfAbsent(
            unescape(equals < 0 ? part : part.substring(0, equals)),
            equals < 0 ? "" : unescape(part.substring(equals + 1)));
      }
      if (parameters.size() > PARAMETERS_MAX) {
        throw bad("more than " + PARAMETERS_MAX + " parameters");
      }
    }
    return parameters;
  }

  /** Percent escapes (RFC 3986) to UTF-8. */
  private static String unescape(String text) {
    byte[] bytes = new byte[text.length()];
    int used = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          throw bad("percent escape in the request target");
        }
        bytes[used++] = (byte) ((high << 4) | low);
        i += 2;
      } else if (c <= ' ' || c == 0x7f) {
        throw bad("control characters in the request target");
      } else {
        bytes[used++] = (byte) c;
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, used)).toString();
    } catch (CharacterCodingException e) {
      throw bad("request target that is no UTF-8");
    }
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || TOKEN_SIGNS.indexOf(c) >= 0);
  }

  /** Without spaces and tabs around it. */
  private static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static HttpProblem bad(String what) {
    return new HttpProblem(BAD_REQUEST, "malformed request: " + what);
  }
}
