package io.granary.bridge.ipni;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One dag-json map (ipld/specs, block-layer/codecs/dag-json): keys in the order of their bytes, no
 * white space, bytes and links as maps of a slash. Used by one thread.
 */
final class DagJson {
  /** The multicodec. */
  static final long CODEC = 0x0129;

  private final SortedMap<String, String> members = new TreeMap<>();

  DagJson text(String key, String value) {
    members.put(key, quoted(value));
    return this;
  }

  DagJson bool(String key, boolean value) {
    members.put(key, Boolean.toString(value));
    return this;
  }

  DagJson bytes(String key, Bytes value) {
    members.put(key, bytes(value));
    return this;
  }

  DagJson link(String key, Cid value) {
    members.put(key, "{\"/\":" + quoted(value.toString()) + "}");
    return this;
  }

  DagJson texts(String key, List<String> values) {
    members.put(key, list(values.stream().map(DagJson::quoted).toList()));
    return this;
  }

  DagJson byteStrings(String key, List<Bytes> values) {
    members.put(key, list(values.stream().map(DagJson::bytes).toList()));
    return this;
  }

  Bytes encode() {
    String text =
        members.entrySet().stream()
            .map(member -> quoted(member.getKey()) + ":" + member.getValue())
            .collect(Collectors.joining(",", "{", "}"));
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String list(List<String> items) {
    return String.join(",", items).transform(joined -> "[" + joined + "]");
  }

  private static String bytes(Bytes value) {
    return "{\"/\":{\"bytes\":\""
        + Base64.getEncoder().withoutPadding().encodeToString(value.toArray())
        + "\"}}";
  }

  private static String quoted(String text) {
    return "\"" + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
