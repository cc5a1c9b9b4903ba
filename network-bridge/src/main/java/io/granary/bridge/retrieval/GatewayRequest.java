package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.bridge.unixfs.DagRequest;
import io.granary.bridge.unixfs.DagScope;
import io.granary.bridge.unixfs.EntityBytes;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is asked of the trustless gateway (ipfs/specs, http-gateways/trustless-gateway).
 *
 * @param dag root, path and scope; duplicates as they will be given
 * @param format of the answer
 * @param order the order that is declared; blocks always come depth first
 * @param byAccept whether the Accept field chose the format, so that other choices have other
 *     answers
 */
record GatewayRequest(DagRequest dag, Format format, String order, boolean byAccept) {
  /** The two formats whose receiver can check what it gets. */
  enum Format {
    RAW("application/vnd.ipld.raw", "bin"),
    CAR("application/vnd.ipld.car", "car");

    private final String type;
    private final String extension;

    Format(String type, String extension) {
      this.type = type;
      this.extension = extension;
    }

    String type() {
      return type;
    }

    String extension() {
      return extension;
    }
  }

  private static final int TAG_BYTES = 12;

  /**
   * Reads the request for {@code /ipfs/{cid}[/path]}.
   *
   * @throws HttpProblem 400 for what is malformed or of a format that is unknown, 406 when the
   *     Accept field names only formats that are not served
   */
  static GatewayRequest of(RequestHead head, String cid, List<String> path) {
    Cid root = CidText.parse(cid);
    Choice choice =
        Optional.ofNullable(head.query().get("format"))
            .map(GatewayRequest::named)
            .orElseGet(() -> accepted(head));
    if (choice.format() == Format.RAW) {
      if (!path.isEmpty()) {
        throw new HttpProblem(400, "a raw answer is one block: ask for its CID, without a path");
      }
      DagRequest one = new DagRequest(root, path, DagScope.BLOCK, EntityBytes.WHOLE, true);
      return new GatewayRequest(one, Format.RAW, "dfs", choice.byAccept());
    }
    Optional<String> version = parameter(head, choice, "car-version", "version");
    if (version.isPresent() && !version.get().equals("1")) {
      throw new HttpProblem(400, "car-version: only 1");
    }
    String order = parameter(head, choice, "car-order", "order").orElse("dfs");
    if (!order.equals("dfs") && !order.equals("unk")) {
      throw new HttpProblem(400, "car-order: dfs or unk");
    }
    String dups = parameter(head, choice, "car-dups", "dups").orElse("y");
    if (!dups.equals("y") && !dups.equals("n")) {
      throw new HttpProblem(400, "car-dups: y or n");
    }
    DagRequest dag = new DagRequest(root, path, scope(head), bytes(head), dups.equals("y"));
    return new GatewayRequest(dag, Format.CAR, order, choice.byAccept());
  }

  /** A format and the parameters that came with it. */
  private record Choice(Format format, List<String> parameters, boolean byAccept) {
    Optional<String> parameter(String name) {
      return parameters.stream()
          .filter(each -> each.startsWith(name + "="))
          .map(each -> each.substring(name.length() + 1).replace("\"", ""))
          .findFirst();
    }
  }

  private static Choice named(String format) {
    return switch (format) {
      case "raw" -> new Choice(Format.RAW, List.of(), false);
      case "car" -> new Choice(Format.CAR, List.of(), false);
      default -> throw new HttpProblem(400, "format: raw or car");
    };
  }

  private static Choice accepted(RequestHead head) {
    String field =
        head.header("accept")
            .filter(value -> !value.isBlank())
            .orElseThrow(
                () ->
                    new HttpProblem(
                        400,
                        "say format=raw or format=car, or accept application/vnd.ipld.raw or"
                            + " application/vnd.ipld.car"));
    Optional<Choice> best = Optional.empty();
    double bestQuality = 0;
    for (String range : field.split(",", -1)) {
      List<String> parts =
          List.of(range.split(";", -1)).stream()
              .map(part -> part.strip().toLowerCase(Locale.ROOT))
              .toList();
      double quality = quality(parts);
      Optional<Format> format = format(parts.get(0));
      if (format.isPresent() && quality > bestQuality) {
        best = Optional.of(new Choice(format.get(), parts, true));
        bestQuality = quality;
      }
    }
    return best.orElseThrow(
        () ->
            new HttpProblem(
                406, "served are application/vnd.ipld.raw and application/vnd.ipld.car"));
  }

  private static Optional<Format> format(String type) {
    return switch (type) {
      case "application/vnd.ipld.raw" -> Optional.of(Format.RAW);
      case "application/vnd.ipld.car", "application/*", "*/*" -> Optional.of(Format.CAR);
      default -> Optional.empty();
    };
  }

  private static double quality(List<String> parts) {
    for (String part : parts) {
      if (part.startsWith("q=")) {
        String value = part.substring(2);
        if (!value.matches("[01](\\.\\d{0,3})?")) {
          throw new HttpProblem(400, "Accept: q is from 0 to 1");
        }
        return Double.parseDouble(value);
      }
    }
    return 1;
  }

  private static Optional<String> parameter(
      RequestHead head, Choice choice, String query, String accept) {
    return Optional.ofNullable(head.query().get(query)).or(() -> choice.parameter(accept));
  }

  private static DagScope scope(RequestHead head) {
    String text = head.query().getOrDefault("dag-scope", "");
    return switch (text) {
      case "" -> head.query().containsKey("entity-bytes") ? DagScope.ENTITY : DagScope.ALL;
      case "all" -> DagScope.ALL;
      case "entity" -> DagScope.ENTITY;
      case "block" -> DagScope.BLOCK;
      default -> throw new HttpProblem(400, "dag-scope: block, entity or all");
    };
  }

  private static EntityBytes bytes(RequestHead head) {
    try {
      return Optional.ofNullable(head.query().get("entity-bytes"))
          .map(EntityBytes::parse)
          .orElse(EntityBytes.WHOLE);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }

  /** The value of Content-Type. */
  String contentType() {
    return format == Format.RAW
        ? format.type()
        : format.type() + ";version=1;order=" + order + ";dups=" + (dag.duplicates() ? "y" : "n");
  }

  /** The parameters that ask for the same without an Accept field. */
  String query() {
    if (format == Format.RAW) {
      return "format=raw";
    }
    EntityBytes bytes = dag.bytes();
    return "format=car&dag-scope="
        + dag.scope().name().toLowerCase(Locale.ROOT)
        + (bytes.equals(EntityBytes.WHOLE)
            ? ""
            : "&entity-bytes=" + bytes.from() + ":" + bytes.to())
        + "&car-order="
        + order
        + "&car-dups="
        + (dag.duplicates() ? "y" : "n");
  }

  /** The same text for the same bytes, whatever way they were asked for. */
  String tag() {
    if (format == Format.RAW) {
      return "\"" + dag.root() + ".raw\"";
    }
    String rest =
        String.join("/", dag.path())
            + "\n"
            + dag.scope()
            + "\n"
            + dag.bytes()
            + "\n"
            + order
            + dag.duplicates();
    Bytes hash = Sha256.hash(Bytes.of(rest.getBytes(StandardCharsets.UTF_8)));
    return "\"" + dag.root() + ".car." + hash.slice(0, TAG_BYTES).toHex() + "\"";
  }
}
