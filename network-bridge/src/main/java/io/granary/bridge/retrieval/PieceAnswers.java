package io.granary.bridge.retrieval;

import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Asker;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /piece/{pieceCid}}. A CID of version 1 gives the data as it was stored, without the zeros
 * that fill the piece, as Curio does; one of version 2 gives as many bytes as it says. What is
 * sealed and may be decoded has a head at once; its data waits for the decoding.
 */
final class PieceAnswers {
  /** As Boost and Curio: eleven months. */
  static final String FOR_EVER = "public, max-age=29030400, immutable";

  private final PieceCopies pieces;
  private final Denylist denylist;

  PieceAnswers(PieceCopies pieces, Denylist denylist) {
    this.pieces = pieces;
    this.denylist = denylist;
  }

  /**
   * The answer.
   *
   * @throws HttpProblem 400, 404, 410, 412, 416 or 503
   * @throws io.granary.bridge.retrieval.http.NotYetException while the piece is being decoded
   * @throws IOException when the copy cannot be read
   */
  Answer answer(RequestHead head, String name, Asker asker) throws IOException {
    PieceName named = PieceName.parse(name);
    denylist.require(named.cid());
    Found found = find(named, asker);
    long length = length(named, found);
    String tag = "\"" + named.cid() + "\"";
    if (Conditions.failed(head, tag)) {
      throw new HttpProblem(412, "the piece has the tag " + tag);
    }
    Map<String, String> headers = headers(tag);
    if (Conditions.notModified(head, tag)) {
      return Answer.empty(304, headers);
    }
    return body(head, found, length, headers, Conditions.rangeHolds(head, tag));
  }

  /** A piece whose data is there, or can be had. */
  private record Found(PieceInfo piece, long payloadBytes, Supplier<PieceCopy> copy) {}

  private Found find(PieceName name, Asker asker) {
    PieceReader.Lookup lookup = pieces.find(name.commP());
    if (lookup instanceof PieceReader.Lookup.Here here) {
      return new Found(here.copy().piece(), here.copy().payloadBytes(), here::copy);
    }
    if (lookup instanceof PieceReader.Lookup.Sealed sealed) {
      return new Found(sealed.piece(), sealed.payloadBytes(), () -> pieces.unsealed(sealed, asker));
    }
    throw new HttpProblem(
        404,
        lookup instanceof PieceReader.Lookup.NoCopy none
            ? "piece " + name.cid() + " cannot be served: " + none.reason()
            : "piece " + name.cid() + " is not known");
  }

  /** A name of version 2 may call zeros at the end of the data padding, or padding data. */
  private static long length(PieceName name, Found found) {
    if (name.size().isEmpty()) {
      return found.payloadBytes();
    }
    PieceName.Size size = name.size().get();
    if (size.paddedBytes() != found.piece().paddedBytes()) {
      throw new HttpProblem(
          404, "no piece of " + size.paddedBytes() + " padded bytes has this commitment");
    }
    if (size.payloadBytes() < found.payloadBytes()) {
      throw new HttpProblem(
          404, "the piece has " + found.payloadBytes() + " bytes of data, more than its CID says");
    }
    return size.payloadBytes();
  }

  private Answer body(
      RequestHead head, Found found, long length, Map<String, String> headers, boolean ranges)
      throws IOException {
    Optional<String> field =
        ranges && !head.isHead() ? head.header("range") : Optional.<String>empty();
    ByteRange.Wanted wanted =
        field.map(value -> ByteRange.of(value, length)).orElseGet(ByteRange.Wanted.Whole::new);
    if (wanted instanceof ByteRange.Wanted.Unsatisfiable) {
      throw new HttpProblem(416, "no such range", Map.of("Content-Range", "bytes */" + length));
    }
    if (wanted instanceof ByteRange.Wanted.Part part) {
      headers.put("Content-Range", part.range().contentRange(length));
      return new Answer(
          206, headers, data(head, found, part.range().start(), part.range().length()));
    }
    return new Answer(200, headers, data(head, found, 0, length));
  }

  /** The head alone must not touch the copy. */
  private Body data(RequestHead head, Found found, long offset, long length) throws IOException {
    return head.isHead() ? new HeadBody(length) : pieces.body(found.copy().get(), offset, length);
  }

  private static Map<String, String> headers(String tag) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/piece");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Accept-Ranges", "bytes");
    headers.put("ETag", tag);
    headers.put("Cache-Control", FOR_EVER);
    headers.put("Access-Control-Allow-Origin", "*");
    return headers;
  }
}
