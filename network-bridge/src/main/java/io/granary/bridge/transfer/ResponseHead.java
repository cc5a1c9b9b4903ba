package io.granary.bridge.transfer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an HTTP/1.1 answer (RFC 9112).
 *
 * @param fields by their names in lower case
 */
record ResponseHead(int status, Map<String, List<String>> fields) {
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
  private static final int INTERIM_MAX = 8;

  ResponseHead {
    fields = Map.copyOf(fields);
  }

  /** Reads the answer's head; interim ones (status 1xx) are passed over. */
  static ResponseHead read(TimedInput in, int bytesMax) throws IOException {
    for (int i = 0; i < INTERIM_MAX; i++) {
      ResponseHead head = parse(lines(in, bytesMax));
      if (head.status >= 200) {
        return head;
      }
    }
    throw new IOException("no HTTP answer: more than " + INTERIM_MAX + " interim ones");
  }

  private static List<String> lines(TimedInput in, int bytesMax) throws IOException {
    List<String> lines = new ArrayList<>();
    int left = bytesMax;
    while (true) {
      String line = line(in, left);
      if (line.isEmpty()) {
        return lines;
      }
      left -= line.length() + 2;
      lines.add(line);
    }
  }

  /** A line without its end, in which a lone LF is taken, too. */
  static String line(TimedInput in, int bytesMax) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.next(); next != '\n'; next = in.next()) {
      if (line.length() >= bytesMax) {
        throw new IOException("no HTTP answer: its head is too long");
      }
      line.append((char) next);
    }
    if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return line.toString();
  }

  private static ResponseHead parse(List<String> lines) throws IOException {
    Matcher status = STATUS_LINE.matcher(lines.isEmpty() ? "" : lines.get(0));
    if (!status.matches()) {
      throw new IOException("no HTTP/1.1 answer");
    }
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon < 1 || line.charAt(0) <= ' ') {
        throw new IOException("no HTTP answer: a line of its head is no field");
      }
      fields
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return new ResponseHead(Integer.parseInt(status.group(1)), fields);
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
    if (fields.containsKey("content-length")) {
      throw new IOException("no HTTP answer: it has both a length and chunks");
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
