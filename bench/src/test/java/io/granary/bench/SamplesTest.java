package io.granary.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void givesTheMiddle_whenCountIsOddOrEven() {
    Samples samples = new Samples();
    for (double value : new double[] {9, 1, 5}) {
      samples.add(value);
    }
    assertThat(samples.median()).isEqualTo(5);
    samples.add(7);
    assertThat(samples.median()).isEqualTo(6);
    assertThat(samples.quantile(0)).isEqualTo(1);
    assertThat(samples.quantile(1)).isEqualTo(9);
  }

  @Test
  void keepsAll_whenThereAreManySamples() {
    Samples samples = new Samples();
    for (int i = 0; i <= 1000; i++) {
      samples.add(i);
    }
    assertThat(samples.count()).isEqualTo(1001);
    assertThat(samples.quantile(0.25)).isCloseTo(250, within(1e-9));
  }

  @Test
  void refuses_whenThereIsNone() {
    assertThatThrownBy(() -> new Samples().median()).isInstanceOf(IllegalStateException.class);
  }
}
