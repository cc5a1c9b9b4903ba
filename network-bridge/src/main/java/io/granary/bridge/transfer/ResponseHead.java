package io.granary.bridge.transfer;

import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The head of an HTTP/1.1 answer (RFC 9112), as it was decoded.
 *
 * @param fields by their names in lower case
 */
record ResponseHead(int status, Map<String, List<String>> fields) {
  private static final int STATUS_MIN = 100;
  private static final int STATUS_MAX = 599;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final int INTERIM_MAX = 8;

  ResponseHead {
    fields = Map.copyOf(fields);
  }

  /** Reads the answer's head; interim ones (status 1xx) are passed over. */
  static ResponseHead read(AnswerReader in) throws IOException {
    int interim = 0;
    while (interim <= INTERIM_MAX) {
      HttpObject next =
          in.next()
              .orElseThrow(() -> new EOFException("the server closed the connection too early"));
      if (next instanceof HttpResponse response) {
        ResponseHead head = of(response);
        if (head.status() >= 200) {
          return head;
        }
        interim++;
      }
    }
    throw new IOException("no HTTP answer: more than " + INTERIM_MAX + " interim ones");
  }

  private static ResponseHead of(HttpResponse response) throws IOException {
    HttpVersion version = response.protocolVersion();
    int status = response.status().code();
    if (!(version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0))
        || status < STATUS_MIN
        || status > STATUS_MAX) {
      throw new IOException("no HTTP/1.1 answer");
    }
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (Map.Entry<String, String> field : response.headers()) {
      fields
          .computeIfAbsent(field.getKey().toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(field.getValue());
    }
    return new ResponseHead(status, fields);
  }

  /** The field's value, the first where there are several. */
  Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name)).map(values -> values.get(0));
  }

  /** The length of the body, when the head tells it. */
  OptionalLong contentLength() throws IOException {
    List<String> values = fields.getOrDefault("content-length", List.of());
    if (values.isEmpty()) {
      return OptionalLong.empty();
    }
    if (values.stream().distinct().count() > 1 || !NUMBER.matcher(values.get(0)).matches()) {
      throw new IOException("no HTTP answer: its Content-Length is no number");
    }
    return OptionalLong.of(Long.parseLong(values.get(0)));
  }

  /** Whether the body comes in chunks. */
  boolean chunked() throws IOException {
    List<String> values = fields.getOrDefault("transfer-encoding", List.of());
    if (values.isEmpty()) {
      return false;
    }
    if (values.size() > 1 || !values.get(0).toLowerCase(Locale.ROOT).equals("chunked")) {
      throw new IOException("the server uses a transfer encoding that was not asked for");
    }
    return true;
  }

  /**
   * What identifies these bytes of the file for later: a strong ETag, or when it was changed if
   * that is a minute before the answer at least (RFC 9110, 8.8.2.2).
   */
  Optional<String> validator() {
    Optional<String> tag =
        field("etag").filter(value -> value.startsWith("\"") && value.length() <= 1024);
    return tag.isPresent() ? tag : field("last-modified").filter(this::longAgo);
  }

  private boolean longAgo(String lastModified) {
    Optional<Long> changed = HttpDates.epochSecond(lastModified);
    Optional<Long> now = field("date").flatMap(HttpDates::epochSecond);
    return changed.isPresent() && now.isPresent() && now.get() - changed.get() >= 60;
  }
}
