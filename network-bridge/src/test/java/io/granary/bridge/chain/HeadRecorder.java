package io.granary.bridge.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.TipSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Keeps the changes it hears, and can say whether they make an unbroken line. */
final class HeadRecorder implements Consumer<HeadChange> {
  private final List<HeadChange> changes = new CopyOnWriteArrayList<>();

  @Override
  public void accept(HeadChange change) {
    changes.add(change);
  }

  List<HeadChange> changes() {
    return List.copyOf(changes);
  }

  /** The head after the last change, or −1. */
  long height() {
    return changes.isEmpty() ? -1 : changes.get(changes.size() - 1).head().height().value();
  }

  /** The line that results, each change checked against what came before it. */
  List<TipSet> line() {
    List<TipSet> line = new ArrayList<>();
    for (HeadChange change : changes) {
      for (TipSet reverted : change.reverted()) {
        assertThat(line.remove(line.size() - 1).key()).isEqualTo(reverted.key());
      }
      for (TipSet applied : change.applied()) {
        if (!line.isEmpty()) {
          assertThat(applied.parents()).isEqualTo(line.get(line.size() - 1).key());
        }
        line.add(applied);
      }
      assertThat(line.get(line.size() - 1).key()).isEqualTo(change.head().key());
    }
    return line;
  }
}
