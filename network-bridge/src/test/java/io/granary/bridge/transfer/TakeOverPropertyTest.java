package io.granary.bridge.transfer;

import static io.granary.bridge.transfer.Transfers.DEAL;
import static io.granary.bridge.transfer.Transfers.commP;
import static io.granary.bridge.transfer.Transfers.content;
import static io.granary.bridge.transfer.Transfers.pieceFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.port.DealFetcher.End;
import io.granary.protocol.port.DealFetcher.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However a transfer goes from node to node over a staging that they share, the file is right. */
class TakeOverPropertyTest {
  private static final String ETAG = "\"one\"";
  private static final int TRIES_MAX = 12;

  /** What the nodes have in common. */
  private static final class Common implements AutoCloseable {
    private final Path root = Files.createTempDirectory("take-over");
    private final FileServer server = FileServer.start((request, out) -> {});

    Common() throws IOException {}

    Transfers node() {
      return Transfers.sharing(root, "");
    }

    Order order(byte[] content, long known) {
      return Transfers.order("http://127.0.0.1:" + server.port() + "/f", content, known);
    }

    @Override
    public void close() throws IOException {
      server.close();
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Property(tries = 25)
  void eachNodeGoesOnAtTheByteWhereTheOneBeforeDied(
      @ForAll @IntRange(min = 1, max = 200_000) int length,
      @ForAll @Size(max = 4) List<@IntRange(max = 80_000) Integer> deaths,
      @ForAll @IntRange(max = 5_000) int unsafe)
      throws Exception {
    try (Common common = new Common()) {
      diesAndGoesOn(common, content(length), deaths, unsafe);
    }
  }

  private static void diesAndGoesOn(Common common, byte[] content, List<Integer> deaths, int unsafe)
      throws Exception {
    FileServer server = common.server;
    long known = 0;
    End end = new End.BrokenOff("not yet", 0, 0);
    for (int i = 0; !(end instanceof End.Complete); i++) {
      assertThat(i).isLessThanOrEqualTo(deaths.size());
      int cut = i < deaths.size() ? deaths.get(i) : Integer.MAX_VALUE;
      server.handle(FileServer.file(content, ETAG, cut));
      try (Transfers node = common.node()) {
        int asked = server.requests.size();
        end = node.fetch(common.order(content, known));
        if (server.requests.size() > asked) {
          assertThat(server.requests.get(asked).from()).isEqualTo((int) known);
        }
        if (known > 0) {
          assertThat(node.told.get(0)).as("where it goes on").isEqualTo(known);
        }
        if (end instanceof End.BrokenOff broken) {
          known = broken.receivedBytes();
          diesWith(node, unsafe);
        } else if (end instanceof End.Complete complete) {
          assertThat(complete.commP()).isEqualTo(commP(content, pieceFor(content)));
          assertThat(node.onDisk(complete)).isEqualTo(Bytes.of(content));
        }
      }
    }
  }

  /** What was written and not yet safe may be anything. */
  private static void diesWith(Transfers node, int unsafe) throws IOException {
    byte[] garbage = new byte[unsafe];
    new Random(unsafe).nextBytes(garbage);
    for (StagedPart part : node.staging.parts(DEAL)) {
      if (node.staging.isOurs(part)) {
        Files.write(part.data(), garbage, StandardOpenOption.APPEND);
      }
    }
  }

  @Property(tries = 25)
  void nothingWrongIsEverTaken_whateverNoteAndDataSay(
      @ForAll @IntRange(min = 2, max = 50_000) int length,
      @ForAll @IntRange(min = 1, max = 50_000) int cut,
      @ForAll @IntRange(max = 100_000) int synced,
      @ForAll @IntRange(max = 60_000) int total,
      @ForAll @IntRange(max = 4) int lie,
      @ForAll @IntRange(max = 50_000) int spoilt)
      throws Exception {
    byte[] content = content(length);
    try (Common common = new Common()) {
      long known =
          leaves(common, content, cut, (honest) -> lies(honest, lie, synced, total), spoilt);
      common.server.handle(FileServer.file(content, ETAG));
      finish(common, content, known);
    }
  }

  private static StagedNote lies(StagedNote honest, int lie, int synced, int total) {
    return switch (lie) {
      case 0 -> honest;
      case 1 -> honest.synced(synced);
      case 2 -> new StagedNote(honest.source(), honest.validator(), total, synced);
      case 3 -> new StagedNote(honest.source(), Optional.of("\"two\""), total, synced);
      default -> new StagedNote("another", Optional.empty(), total, total);
    };
  }

  /** A node gets so far, and leaves another note than its own and a byte that is wrong. */
  private static long leaves(
      Common common, byte[] content, int cut, UnaryOperator<StagedNote> lie, int spoilt)
      throws Exception {
    common.server.handle(FileServer.file(content, ETAG, Math.min(cut, content.length - 1)));
    try (Transfers node = common.node()) {
      long known = ((End.BrokenOff) node.fetch(common.order(content, 0))).receivedBytes();
      StagedPart part = node.staging.parts(DEAL).get(0);
      part.write(lie.apply(part.note().orElseThrow()));
      byte[] data = Files.readAllBytes(part.data());
      if (spoilt < data.length) {
        data[spoilt] ^= 1;
        Files.write(part.data(), data);
      }
      return known;
    }
  }

  /** Goes on as a deal does by what it hears, each time on another node. */
  private static void finish(Common common, byte[] content, long known) throws Exception {
    TransferProgress progress = common.order(content, known).known();
    for (int i = 0; i < TRIES_MAX; i++) {
      Order whole = common.order(content, 0);
      Order order = new Order(DEAL, whole.source(), whole.sizeBytes(), whole.piece(), progress);
      try (Transfers node = common.node()) {
        End end = node.fetch(order);
        if (end instanceof End.Complete complete) {
          assertThat(complete.commP()).isEqualTo(commP(content, pieceFor(content)));
          assertThat(node.onDisk(complete)).isEqualTo(Bytes.of(content));
          return;
        }
        assertThat(end).isInstanceOf(End.StartOver.class);
        progress = new TransferProgress(0, 0, 0, progress.restarts() + 1, Optional.empty());
      }
    }
    throw new AssertionError("not done after " + TRIES_MAX + " tries: " + progress);
  }
}
