package io.granary.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
  /** All of this process is more than this thread, but for the last step of 10 ms. */
  @Test
  void countsUserTimeOfAllThreads() throws Exception {
    CpuTime.Spent before = CpuTime.ofProcess(ProcessHandle.current().pid());
    double start = CpuTime.ofThisThread();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] data = new byte[1 << 16];
    while (CpuTime.ofThisThread() - start < 0.2) {
      sha256.update(data);
    }
    assertThat(sha256.digest()).hasSize(32);
    CpuTime.Spent spent = CpuTime.ofProcess(ProcessHandle.current().pid()).since(before);
    assertThat(spent.user() + spent.kernel()).isGreaterThan(0.15);
    assertThat(spent.user()).isGreaterThan(spent.kernel());
  }

  @Test
  void fails_whenProcessIsGone() {
    assertThatThrownBy(() -> CpuTime.ofProcess(Long.MAX_VALUE)).isInstanceOf(IOException.class);
  }
}
