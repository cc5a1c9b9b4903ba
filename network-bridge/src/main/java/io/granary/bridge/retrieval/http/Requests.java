package io.granary.bridge.retrieval.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Judges a decoded request (RFC 9112): one Host, a version that is spoken here, few fields. One
 * with a body is refused, since nobody waits for what follows it.
 */
final class Requests {
  /** Fields of one request. */
  private static final int FIELDS_MAX = 64;

  /** Parameters of a query. */
  private static final int PARAMETERS_MAX = 32;

  private static final int BAD_REQUEST = 400;

  private Requests() {}

  /**
   * Reads a head.
   *
   * @param headBytesMax what the decoder was told, for the answer
   * @throws HttpProblem saying what is wrong; the connection cannot go on
   */
  static RequestHead head(HttpRequest request, int headBytesMax) {
    if (request.decoderResult().isFailure()) {
      throw request.decoderResult().cause() instanceof TooLongFrameException
          ? new HttpProblem(431, "request head of more than " + headBytesMax)
          : bad("request line or header field");
    }
    HttpVersion version = request.protocolVersion();
    boolean http11 = version.equals(HttpVersion.HTTP_1_1);
    if (!http11 && !version.equals(HttpVersion.HTTP_1_0)) {
      throw new HttpProblem(505, "HTTP/1.1 and 1.0 are spoken here");
    }
    HttpHeaders fields = request.headers();
    if (fields.size() > FIELDS_MAX) {
      throw new HttpProblem(431, "more than " + FIELDS_MAX + " header fields");
    }
    requireNoBody(fields);
    requireHost(fields, http11);
    String target = originForm(request.uri());
    int mark = target.indexOf('?');
    return new RequestHead(
        request.method().name(),
        path(mark < 0 ? target : target.substring(0, mark)),
        mark < 0 ? Map.of() : query(target.substring(mark + 1)),
        byName(fields),
        http11 && !fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true),
        http11);
  }

  private static void requireNoBody(HttpHeaders fields) {
    boolean sized =
        fields.getAll(HttpHeaderNames.CONTENT_LENGTH).stream().anyMatch(v -> !v.equals("0"));
    if (sized || fields.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      throw new HttpProblem(413, "requests with a body are not taken");
    }
  }

  private static void requireHost(HttpHeaders fields, boolean http11) {
    List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
    boolean plain = hosts.stream().allMatch(host -> host.chars().allMatch(c -> c > ' '));
    if (hosts.size() > 1 || (http11 && hosts.isEmpty()) || !plain) {
      throw bad("expected one Host field");
    }
  }

  private static Map<String, List<String>> byName(HttpHeaders fields) {
    Map<String, List<String>> values = new HashMap<>();
    for (Map.Entry<String, String> field : fields) {
      values
          .computeIfAbsent(field.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(field.getValue());
    }
    return values;
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

  /**
   * Percent escapes (RFC 3986) to UTF-8. Netty's query decoder takes bytes that are no UTF-8 for
   * others and a plus for a space, which would make two names of one path.
   */
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

  private static HttpProblem bad(String what) {
    return new HttpProblem(BAD_REQUEST, "malformed request: " + what);
  }
}
