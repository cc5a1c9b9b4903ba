package io.granary.bridge.retrieval;

import io.granary.bridge.car.BlockException;
import io.granary.bridge.retrieval.http.Answer;
import io.granary.bridge.retrieval.http.Asker;
import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.HttpProblem;
import io.granary.bridge.retrieval.http.RequestHead;
import io.granary.bridge.unixfs.DagWalk;
import io.granary.bridge.unixfs.UnixFsException;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceCopy;
import io.granary.protocol.port.PieceIndex;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * {@code /ipfs/{cid}[/path]} as a trustless gateway: raw blocks and CARs, nothing that its receiver
 * could not check. The path is followed before the answer begins, so what is not there is 404; what
 * goes wrong later breaks the connection off.
 */
final class GatewayAnswers {
  /** Sealed pieces that the way to one answer may lead through. */
  private static final int SEALED_PIECES_MAX = 8;

  private final PieceIndex index;
  private final PieceCopies pieces;
  private final Denylist denylist;
  private final RetrievalSettings settings;
  private final BlockReaders readers;

  GatewayAnswers(
      PieceIndex index,
      PieceCopies pieces,
      Denylist denylist,
      RetrievalSettings settings,
      BlockReaders readers) {
    this.index = index;
    this.pieces = pieces;
    this.denylist = denylist;
    this.settings = settings;
    this.readers = readers;
  }

  /**
   * The answer.
   *
   * @throws HttpProblem 400, 404, 406, 410, 412, 501 or 503
   * @throws io.granary.bridge.retrieval.http.NotYetException while a piece is being decoded
   * @throws IOException when a copy or the index cannot be read
   */
  Answer answer(RequestHead head, String cid, List<String> path, Asker asker) throws IOException {
    GatewayRequest request = GatewayRequest.of(head, cid, path);
    denylist.require(request.dag().root());
    Map<String, String> headers = headers(request, path);
    if (Conditions.failed(head, request.tag())) {
      throw new HttpProblem(412, "the answer has the tag " + request.tag());
    }
    if (Conditions.notModified(head, request.tag())) {
      return Answer.empty(304, headers);
    }
    try {
      boolean waits = !head.isHead() && !cachedOnly(head);
      return new Answer(200, headers, waits ? unsealed(request, asker) : body(request, asker));
    } catch (SealedBlockException e) {
      if (cachedOnly(head)) {
        throw new HttpProblem(412, String.valueOf(e.getMessage()));
      }
      return head(request, path, e);
    } catch (UnixFsException e) {
      throw problem(head, e);
    } catch (BlockException e) {
      throw new HttpProblem(500, String.valueOf(e.getMessage()));
    }
  }

  /**
   * HEAD does with what the index says, which is all there is to say of a request without a path.
   */
  private Answer head(GatewayRequest request, List<String> path, SealedBlockException e) {
    if (!path.isEmpty()) {
      throw pieces.headIsBlind(e.piece());
    }
    boolean raw = request.format() == GatewayRequest.Format.RAW;
    return new Answer(
        200,
        headers(request, path),
        new HeadBody(raw ? OptionalLong.of(e.dataBytes()) : OptionalLong.empty()));
  }

  /** GET waits for sealed pieces; the path to what is asked for may lead through several. */
  private Body unsealed(GatewayRequest request, Asker asker) throws IOException {
    for (int pieceNumber = 1; ; pieceNumber++) {
      try {
        return body(request, asker);
      } catch (SealedBlockException e) {
        if (pieceNumber > SEALED_PIECES_MAX) {
          throw new HttpProblem(503, String.valueOf(e.getMessage()), Map.of("Retry-After", "1"));
        }
        PieceCopy unused = pieces.unsealed(e.piece(), asker);
      }
    }
  }

  private Body body(GatewayRequest request, Asker asker) throws IOException {
    PieceBlocks blocks =
        new PieceBlocks(
            index,
            pieces,
            denylist,
            readers.forAnswer(),
            settings.walk().blockBytesMax(),
            settings.indexLimit());
    Cid root = request.dag().root();
    if (request.format() == GatewayRequest.Format.RAW) {
      if (root.multihashCode() == Cid.IDENTITY) {
        return Body.of(root.digest().toArray());
      }
      Bytes data =
          blocks
              .block(root)
              .orElseThrow(
                  () -> new UnixFsException(UnixFsException.Kind.ROOT_MISSING, "no block " + root));
      return Body.of(data.toArray());
    }
    return new CarBody(
        root,
        DagWalk.open(request.dag(), blocks, settings.walk()),
        blocks,
        piece -> pieces.unseal(piece, asker));
  }

  private static HttpProblem problem(RequestHead head, UnixFsException e) {
    String reason = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case ROOT_MISSING, BLOCK_MISSING ->
          cachedOnly(head) ? new HttpProblem(412, reason) : new HttpProblem(404, reason);
      case PATH_MISSING -> new HttpProblem(404, reason);
      case UNSUPPORTED -> new HttpProblem(501, reason);
      case LIMIT, UNSAFE -> new HttpProblem(400, reason);
      case MALFORMED, CHANGED -> new HttpProblem(500, reason);
    };
  }

  private static boolean cachedOnly(RequestHead head) {
    return head.header("cache-control")
        .map(value -> value.contains("only-if-cached"))
        .orElse(false);
  }

  private static Map<String, String> headers(GatewayRequest request, List<String> path) {
    Cid root = request.dag().root();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", request.contentType());
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put(
        "Content-Disposition",
        "attachment; filename=\"" + root + "." + request.format().extension() + "\"");
    headers.put("ETag", request.tag());
    headers.put("Cache-Control", PieceAnswers.FOR_EVER);
    headers.put("Accept-Ranges", "none");
    headers.put("X-Ipfs-Path", "/" + String.join("/", withRoot(root, path)));
    if (path.isEmpty()) {
      headers.put("X-Ipfs-Roots", root.toString());
    }
    if (request.byAccept()) {
      headers.put("Content-Location", headers.get("X-Ipfs-Path") + "?" + request.query());
    }
    headers.put("Vary", "Accept");
    headers.put("Access-Control-Allow-Origin", "*");
    return headers;
  }

  private static List<String> withRoot(Cid root, List<String> path) {
    List<String> all = new ArrayList<>(List.of("ipfs", root.toString()));
    path.forEach(part -> all.add(escape(part)));
    return all;
  }

  private static String escape(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
