package io.granary.prover.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir Path home;

  @Test
  void holdsNoMoreThanItMay_andGivesRoomBack() throws IOException {
    Scratch scratch = Scratch.open(home.resolve("scratch"), 100);
    Scratch.Lease lease = scratch.lease(60);
    Files.writeString(lease.folder().resolve("x"), "bytes");
    assertThatThrownBy(() -> scratch.lease(41))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> assertThat(e.kind()).isEqualTo(TransferException.Kind.NO_ROOM));
    scratch.lease(40).close();
    lease.close();
    assertThat(lease.folder()).doesNotExist();
    assertThat(scratch.leasedBytes()).isZero();
  }

  @Test
  void forgetsWhatAnEarlierProcessLeft() throws IOException {
    Path left = home.resolve("scratch").resolve("7").resolve("x");
    Files.createDirectories(left.resolveSibling(""));
    Files.writeString(left, "bytes");
    assertThat(Scratch.open(home.resolve("scratch"), 1).leasedBytes()).isZero();
    assertThat(left).doesNotExist();
  }
}
