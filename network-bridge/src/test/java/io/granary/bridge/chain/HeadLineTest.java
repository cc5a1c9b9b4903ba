package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.json.HeadEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadLineTest {
  private final FakeChain chain = new FakeChain();
  private final HeadLine line = new HeadLine(4);

  @Test
  void deliversTheFirstHeadAsApplied() {
    TipSet head = chain.head();
    assertThat(line.step(List.of(current(head))))
        .isEqualTo(new HeadLine.Step.Deliver(new HeadChange(List.of(), List.of(head), head)));
  }

  @Test
  void isUnchanged_whenCurrentIsTheLastHead() {
    take(current(chain.head()));
    assertThat(line.step(List.of(current(chain.head())))).isEqualTo(new HeadLine.Step.Unchanged());
  }

  @Test
  void deliversTheChild_whenCurrentIsOne() {
    take(current(chain.head()));
    TipSet child = chain.mine();
    assertThat(line.step(List.of(current(child)))).isInstanceOf(HeadLine.Step.Deliver.class);
  }

  @Test
  void asksToCatchUp_whenCurrentIsFurtherOn() {
    take(current(chain.head()));
    chain.mine();
    TipSet grandchild = chain.mine();
    assertThat(line.step(List.of(current(grandchild))))
        .isEqualTo(new HeadLine.Step.CatchUp(grandchild));
  }

  @Test
  void delivers_whenRevertsAndAppliesContinueTheLine() {
    take(current(chain.head()));
    TipSet a = chain.mine();
    TipSet b = chain.mine();
    take(apply(a), apply(b));
    chain.rewind(1);
    TipSet c = chain.mine();
    assertThat(line.step(List.of(revert(b), apply(c))))
        .isEqualTo(new HeadLine.Step.Deliver(new HeadChange(List.of(b), List.of(c), c)));
  }

  @Test
  void asksToCatchUp_whenARevertIsNotOfTheLastHead() {
    take(current(chain.head()));
    TipSet a = chain.mine();
    TipSet b = chain.mine();
    take(apply(a), apply(b));
    chain.rewind(2);
    TipSet c = chain.mine();
    assertThat(line.step(List.of(revert(a), apply(c)))).isEqualTo(new HeadLine.Step.CatchUp(c));
  }

  @Test
  void asksForTheHead_whenAFrameOnlyReverts() {
    take(current(chain.head()));
    TipSet below = chain.head();
    TipSet a = chain.mine();
    take(apply(a));
    assertThat(line.step(List.of(revert(a))))
        .isEqualTo(new HeadLine.Step.FetchHead(List.of(a), below.key()));
  }

  @Test
  void refusesFrames_whenTheirEventsMakeNoSense() {
    TipSet head = chain.head();
    assertThatIllegalArgumentException().isThrownBy(() -> line.step(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> line.step(List.of(apply(head))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> line.step(List.of(current(head), apply(chain.mine()))));
    take(current(head));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> line.step(List.of(apply(chain.mine()), revert(head))));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> line.step(List.of(apply(chain.mine()), current(head))));
  }

  @Test
  void findsWhatLiesAfterAnAncestor_withinTheKeptPart() {
    take(current(chain.head()));
    TipSet first = chain.head();
    TipSet a = chain.mine();
    TipSet b = chain.mine();
    TipSet c = chain.mine();
    TipSet d = chain.mine();
    TipSet e = chain.mine();
    take(apply(a), apply(b), apply(c), apply(d), apply(e));

    assertThat(line.after(e.key())).contains(List.of());
    assertThat(line.after(c.key())).contains(List.of(e, d));
    assertThat(line.after(a.key())).contains(List.of(e, d, c, b));
    assertThat(line.after(first.key())).isEmpty();
  }

  @Test
  void keepsTheHead_whenMoreIsRevertedThanWasKept() {
    take(current(chain.head()));
    TipSet below = chain.head();
    TipSet a = chain.mine();
    take(apply(a));
    line.deliver(new HeadChange(List.of(a, below), List.of(), below));
    assertThat(line.last()).contains(below);
  }

  private void take(HeadEvent... events) {
    HeadLine.Step step = line.step(List.of(events));
    assertThat(step).isInstanceOf(HeadLine.Step.Deliver.class);
    line.deliver(((HeadLine.Step.Deliver) step).change());
  }

  private static HeadEvent current(TipSet tipSet) {
    return new HeadEvent(HeadEvent.Type.CURRENT, tipSet);
  }

  private static HeadEvent apply(TipSet tipSet) {
    return new HeadEvent(HeadEvent.Type.APPLY, tipSet);
  }

  private static HeadEvent revert(TipSet tipSet) {
    return new HeadEvent(HeadEvent.Type.REVERT, tipSet);
  }
}
