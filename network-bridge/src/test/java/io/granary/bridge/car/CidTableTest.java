package io.granary.bridge.car;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CidTableTest {
  @Test
  void keepsEachName_whenItGrows() {
    CidTable table = new CidTable(20_000);
    for (int i = 0; i < 20_000; i++) {
      assertThat(table.putIfAbsent(Cars.raw("n" + i).cid().bytes(), i)).isTrue();
    }
    assertThat(table.isFull()).isTrue();
    for (int i = 0; i < 20_000; i++) {
      assertThat(table.get(Cars.raw("n" + i).cid().bytes())).hasValue(i);
    }
    assertThat(table.get(Cars.raw("other").cid().bytes())).isEmpty();
    assertThat(table.putIfAbsent(Cars.raw("n7").cid().bytes(), 1)).isFalse();
    assertThatThrownBy(() -> table.putIfAbsent(Cars.raw("other").cid().bytes(), 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
