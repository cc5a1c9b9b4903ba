package io.granary.bridge.transfer;

import static io.granary.bridge.transfer.Transfers.commP;
import static io.granary.bridge.transfer.Transfers.content;
import static io.granary.bridge.transfer.Transfers.order;
import static io.granary.bridge.transfer.Transfers.pieceFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.port.DealFetcher.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However a transfer is cut, by the server or by the end of this node, the file is right. */
class TransferPropertyTest {
  private static final String ETAG = "\"one\"";

  @Property(tries = 60)
  void fileAndCommitmentAreRight_whereverItIsCut(
      @ForAll @IntRange(min = 1, max = 200_000) int length,
      @ForAll @Size(max = 5) List<@IntRange(max = 80_000) Integer> cuts,
      @ForAll boolean restarts)
      throws Exception {
    byte[] content = content(length);
    Path root = Files.createTempDirectory("transfer");
    Transfers transfers = new Transfers(root, "");
    long known = 0;
    try (FileServer server = FileServer.start(FileServer.file(content, ETAG))) {
      String url = "http://127.0.0.1:" + server.port() + "/f";
      End end = new End.BrokenOff("not yet", 0, 0);
      for (int i = 0; !(end instanceof End.Complete); i++) {
        server.handle(
            FileServer.file(content, ETAG, i < cuts.size() ? cuts.get(i) : Integer.MAX_VALUE));
        end = transfers.fetch(order(url, content, known));
        if (end instanceof End.BrokenOff broken) {
          assertThat(broken.receivedBytes()).isGreaterThanOrEqualTo(known);
          assertThat(i).isLessThan(cuts.size());
          known = broken.receivedBytes();
          if (restarts) {
            transfers.close();
            transfers = new Transfers(root, "");
          }
        }
      }
      assertThat(((End.Complete) end).commP()).isEqualTo(commP(content, pieceFor(content)));
      assertThat(transfers.onDisk()).isEqualTo(Bytes.of(content));
    } finally {
      transfers.close();
      delete(root);
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
