package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A dag-pb node (ipld/ipld specs/codecs/dag-pb): links, then data. Reading is strict as
 * go-codec-dagpb is: no other fields, the fields of a link once and in order, a hash in every link,
 * links together. Data may also stand before the links, as the format allows readers to accept.
 * Writing gives the one canonical form: links before data, ordered by the bytes of their names.
 */
public final class PbNode {
  private static final int DATA = 1;
  private static final int LINKS = 2;
  private static final int HASH = 1;
  private static final int NAME = 2;
  private static final int TSIZE = 3;

  private final List<PbLink> links;
  private final @Nullable Bytes data;

  private PbNode(List<PbLink> links, @Nullable Bytes data) {
    this.links = List.copyOf(links);
    this.data = data;
  }

  /** A node whose links are put in order; links of one name keep their order. */
  public static PbNode of(List<PbLink> links, Bytes data) {
    List<PbLink> ordered = new ArrayList<>(links);
    ordered.sort(Comparator.comparing(PbLink::name));
    return new PbNode(ordered, data);
  }

  /** The links in the order they stand. */
  public List<PbLink> links() {
    return links;
  }

  /** The data, which may be absent. */
  public Optional<Bytes> data() {
    return Optional.ofNullable(data);
  }

  /**
   * Reads a block.
   *
   * @throws UnixFsException when it is no dag-pb
   */
  public static PbNode decode(Bytes block) {
    ProtoReader reader = new ProtoReader(block, "dag-pb");
    List<PbLink> links = new ArrayList<>();
    Bytes data = null;
    boolean linksEnded = false;
    while (!reader.atEnd()) {
      long field = reader.field();
      if (field == LINKS) {
        if (linksEnded) {
          throw reader.problem("links on both sides of the data");
        }
        links.add(link(reader.bytes("link")));
      } else if (field == DATA) {
        if (data != null) {
          throw reader.problem("two data fields");
        }
        data = reader.bytes("data");
        linksEnded = !links.isEmpty();
      } else {
        throw reader.problem("field " + field);
      }
    }
    return new PbNode(links, data);
  }

  private static PbLink link(Bytes message) {
    ProtoReader reader = new ProtoReader(message, "dag-pb link");
    Cid cid = null;
    Bytes name = Bytes.empty();
    long treeBytes = 0;
    long last = 0;
    while (!reader.atEnd()) {
      long field = reader.field();
      if (field <= last || field > TSIZE) {
        throw reader.problem("field " + field + " after " + last);
      }
      last = field;
      if (field == HASH) {
        cid = cid(reader);
      } else if (field == NAME) {
        name = reader.bytes("name");
      } else {
        treeBytes = reader.number("size");
      }
    }
    if (cid == null) {
      throw reader.problem("no hash");
    }
    return new PbLink(cid, name, treeBytes);
  }

  private static Cid cid(ProtoReader reader) {
    Bytes bytes = reader.bytes("hash");
    try {
      return Cid.fromBytes(bytes);
    } catch (IllegalArgumentException e) {
      throw new UnixFsException(UnixFsException.Kind.MALFORMED, "dag-pb link", e);
    }
  }

  /** The canonical block; names and sizes are written even when empty or zero, as kubo does. */
  public Bytes encode() {
    ProtoWriter writer = new ProtoWriter();
    for (PbLink link : links) {
      writer.bytes(LINKS, encode(link));
    }
    if (data != null) {
      writer.bytes(DATA, data);
    }
    return writer.toBytes();
  }

  private static Bytes encode(PbLink link) {
    return new ProtoWriter()
        .bytes(HASH, link.cid().bytes())
        .bytes(NAME, link.name())
        .number(TSIZE, link.treeBytes())
        .toBytes();
  }
}
