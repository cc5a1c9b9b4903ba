package io.granary.bridge.transfer;

import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Order;
import io.granary.protocol.port.DealFetcher.Watcher;
import java.io.IOException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * One transfer, from where an earlier one stopped where that can be. A file is the same as before
 * when the server says so by the validator that was kept with its bytes; anything else begins again
 * at the first byte. Runs on one thread.
 */
final class Fetch {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int DOUBTS_MAX = 3;
  private static final String NO_ROOM = "there is no room for it in staging now";

  /** Refusals of a server that pass. */
  private static final Set<Integer> PASSING = Set.of(408, 425, 429);

  private final Parts parts;
  private final Order order;
  private final TransferSource.Http source;
  private final Watcher watcher;
  private final TransferControl control;

  /** What every transfer needs. */
  record Parts(
      TransferSettings settings,
      Staging staging,
      WebRoute route,
      Throttle throttle,
      LongSupplier nanoTime) {}

  Fetch(
      Parts parts,
      Order order,
      TransferSource.Http source,
      Watcher watcher,
      TransferControl control) {
    this.parts = parts;
    this.order = order;
    this.source = source;
    this.watcher = watcher;
    this.control = control;
  }

  /**
   * Runs it.
   *
   * @throws StagingException when staging fails
   */
  End run() {
    if (order.sizeBytes() > bytesMax()) {
      return new End.Refused(tooLong(order.sizeBytes()));
    }
    if (order.afresh()) {
      parts.staging.delete(deal());
    }
    Beginning from = beginning();
    if (order.known().receivedBytes() > from.note().syncedBytes()) {
      return startOver(
          "of "
              + order.known().receivedBytes()
              + " bytes that were received none can be gone on from on this node");
    }
    try {
      return run(from);
    } catch (IOException e) {
      throw new StagingException("staging: cannot close the data of deal " + deal(), e);
    } finally {
      parts.staging.unclaim(deal());
    }
  }

  /**
   * What is gone on from.
   *
   * @param part of this process or of another
   * @param note with 0 bytes where nothing is there
   */
  private record Beginning(StagedPart part, StagedNote note) {}

  private End run(Beginning from) throws IOException {
    StagedNote note = from.note();
    StagedPart part = from.part();
    if (!parts.staging.isOurs(part)) {
      part = parts.staging.begin(deal());
      long bytes = Math.max(note.totalBytes(), note.syncedBytes());
      if (!parts.staging.claim(deal(), bytes, parts.settings.diskReserveBytes())) {
        return new End.BrokenOff(NO_ROOM, order.known().receivedBytes(), note.totalBytes());
      }
    }
    try (Intake intake =
        Intake.open(part, from.part(), note, parts.settings, watcher, parts.nanoTime)) {
      return transfer(intake);
    }
  }

  private End transfer(Intake intake) {
    if (intake.bytes() > 0 && intake.bytes() == intake.note().totalBytes()) {
      return complete(intake);
    }
    try (WebRoute.Answer answer = parts.route.get(source, headers(intake), control)) {
      return take(intake, answer);
    } catch (TransferRefusedException e) {
      return new End.Refused(e.reason());
    } catch (IOException e) {
      return brokenOff(intake, control.stopped() ? "stopped" : reason(e));
    }
  }

  private DealId deal() {
    return order.deal();
  }

  /**
   * What is on disk and can be gone on from: what this process has if it is enough, else what
   * another has most of. That is used only while the deal's events tell of bytes: after a return to
   * the first byte it is what was given up.
   */
  private Beginning beginning() {
    String source = StagedNote.sourceOf(this.source);
    long known = order.known().receivedBytes();
    return parts.staging.parts(deal()).stream()
        .filter(part -> known > 0 || parts.staging.isOurs(part))
        .flatMap(part -> usable(part, source).stream())
        .max(
            Comparator.comparing(
                    (Beginning each) ->
                        parts.staging.isOurs(each.part()) && each.note().syncedBytes() >= known)
                .thenComparing(each -> each.note().syncedBytes()))
        .orElseGet(() -> nothing(source));
  }

  private Beginning nothing(String source) {
    return new Beginning(
        parts.staging.begin(deal()), new StagedNote(source, Optional.empty(), 0, 0));
  }

  /** Never more than the note calls safe: only that was on disk before it was told of. */
  private static Optional<Beginning> usable(StagedPart part, String source) {
    return part.note()
        .filter(kept -> kept.source().equals(source))
        .map(kept -> kept.synced(Math.min(kept.syncedBytes(), part.length())))
        .filter(kept -> kept.validator().isPresent() || kept.syncedBytes() == kept.totalBytes())
        .map(kept -> new Beginning(part, kept));
  }

  private static Map<String, String> headers(Intake intake) {
    if (intake.bytes() == 0) {
      return Map.of();
    }
    return Map.of(
        "Range",
        "bytes=" + intake.bytes() + "-",
        "If-Range",
        intake.note().validator().orElseThrow());
  }

  private End take(Intake intake, WebRoute.Answer answer)
      throws IOException, TransferRefusedException {
    ResponseHead head = answer.head();
    boolean further = intake.bytes() > 0;
    if (further && head.status() == 206) {
      return further(intake, answer);
    }
    if (further && head.status() == 416) {
      return nothingFurther(intake, head);
    }
    if (further && head.status() == 200) {
      return startOver("the file changed on the server, or it sends no parts");
    }
    if (head.status() == 200) {
      return first(intake, answer);
    }
    if (head.status() >= 500 || PASSING.contains(head.status())) {
      throw new IOException("the server answers with status " + head.status());
    }
    throw new TransferRefusedException("the server answers with status " + head.status());
  }

  private End first(Intake intake, WebRoute.Answer answer)
      throws IOException, TransferRefusedException {
    WebBody body = answer.connection().body(answer.head());
    long total = body.length().orElse(order.sizeBytes());
    requireTotal(total, body.length().isPresent());
    if (!body.endIsTold() && total == 0) {
      throw new TransferRefusedException("neither the server nor the deal tells the file's length");
    }
    intake.begin(new StagedNote(StagedNote.sourceOf(source), answer.head().validator(), total, 0));
    return receive(intake, answer.head(), body, total);
  }

  private End further(Intake intake, WebRoute.Answer answer)
      throws IOException, TransferRefusedException {
    ResponseHead head = answer.head();
    Optional<ContentRange> range = head.field("content-range").flatMap(ContentRange::parse);
    if (range.isEmpty() || range.get().first().orElse(-1) != intake.bytes()) {
      return startOver("the server sent another part of the file than was asked for");
    }
    long known = intake.note().totalBytes();
    long total = range.get().total().orElse(known);
    boolean sameTag =
        head.field("etag").isEmpty()
            || !intake.note().validator().orElse("").startsWith("\"")
            || head.field("etag").equals(intake.note().validator());
    if (!sameTag || (known > 0 && total != known)) {
      return startOver("the file changed on the server");
    }
    requireTotal(total, total > 0);
    WebBody body = answer.connection().body(head);
    long last = range.get().last().orElse(0);
    if (body.length().orElse(last + 1 - intake.bytes()) != last + 1 - intake.bytes()) {
      throw new IOException("no HTTP answer: its length is not that of its part");
    }
    return receive(intake, head, body, total);
  }

  private End nothingFurther(Intake intake, ResponseHead head) {
    long total =
        head.field("content-range")
            .flatMap(ContentRange::parse)
            .map(range -> range.total().orElse(0))
            .orElse(0L);
    boolean all = total == intake.bytes() && (order.sizeBytes() == 0 || order.sizeBytes() == total);
    return all
        ? complete(intake)
        : startOver("the file on the server is shorter than what is here");
  }

  private End receive(Intake intake, ResponseHead head, WebBody body, long total)
      throws IOException, TransferRefusedException {
    String encoding = head.field("content-encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new TransferRefusedException("the server sends the file encoded, which was not asked");
    }
    long end = total > 0 ? total : bytesMax();
    if (!parts.staging.claim(deal(), end - intake.bytes(), parts.settings.diskReserveBytes())) {
      return new End.BrokenOff(NO_ROOM, intake.bytes(), intake.note().totalBytes());
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      if (read > end - intake.bytes()) {
        throw new TransferRefusedException("the server sends more than " + end + " bytes");
      }
      intake.take(buffer, read);
      parts.staging.claimed(deal(), end - intake.bytes());
      parts.throttle.take(read, control);
    }
    return ended(intake, body, total);
  }

  /** The body is over: is that all of the file? */
  private End ended(Intake intake, WebBody body, long total)
      throws IOException, TransferRefusedException {
    if (total > 0 && intake.bytes() < total) {
      if (body.length().isEmpty() && body.endIsTold() && intake.note().syncedBytes() == 0) {
        throw new TransferRefusedException(
            "the file has " + intake.bytes() + " bytes, the deal says " + total);
      }
      throw new IOException("the server ended after " + intake.bytes() + " of " + total + " bytes");
    }
    if (intake.bytes() == 0) {
      throw new TransferRefusedException("the file is empty");
    }
    return complete(intake);
  }

  private void requireTotal(long total, boolean told) throws TransferRefusedException {
    if (total > bytesMax()) {
      throw new TransferRefusedException(tooLong(total));
    }
    if (told && total == 0) {
      throw new TransferRefusedException("the file is empty");
    }
    if (told && order.sizeBytes() > 0 && total != order.sizeBytes()) {
      throw new TransferRefusedException(
          "the file has " + total + " bytes, the deal says " + order.sizeBytes());
    }
  }

  private long bytesMax() {
    return order.piece().unpaddedBytes();
  }

  private String tooLong(long bytes) {
    return "the file has " + bytes + " bytes, the deal's piece takes " + bytesMax();
  }

  /**
   * All is here. A commitment that is not the deal's condemns the client's file only when all of it
   * came from the client just now: what was gone on from may have been something else. A server
   * that never brings the whole of a wrong file at once is believed after {@value #DOUBTS_MAX}
   * returns to the first byte.
   */
  private End complete(Intake intake) {
    Commitment commP = intake.finish(order.piece().paddedBytes());
    boolean doubt = intake.goneOnFrom() > 0 && order.known().restarts() < DOUBTS_MAX;
    if (doubt && !commP.equals(order.piece().commP())) {
      return startOver(
          "the file has another commitment than the deal, with "
              + intake.goneOnFrom()
              + " bytes of an earlier transfer");
    }
    return new End.Complete(parts.staging.file(intake.part(), intake.bytes()), commP);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private End startOver(String reason) {
    parts.staging.deleteOurs(deal());
    return new End.StartOver(reason);
  }

  private End brokenOff(Intake intake, String reason) {
    intake.tell();
    return new End.BrokenOff(reason, intake.bytes(), intake.note().totalBytes());
  }
}
