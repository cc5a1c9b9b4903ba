package io.granary.prover.child;

import io.granary.prover.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Collectors;

/** A JVM that runs one busy and one idle child until it is killed. */
final class OrphanMain {
  private OrphanMain() {}

  public static void main(String[] arguments) throws IOException {
    Path home = Path.of(arguments[0]);
    try (Children children = new Children(TestSettings.of(home, "").child())) {
      children.warm(ChildClass.POST);
      children.use(
          ChildClass.GPU,
          child -> {
            publish(home, children);
            return child.call(
                ChildCall.of(
                    "selftest.fault",
                    ChildParams.empty().put("fault", "hang"),
                    Duration.ofMinutes(10)));
          });
    }
  }

  private static void publish(Path home, Children children) {
    String pids =
        children.pids().stream().map(pid -> Long.toString(pid)).collect(Collectors.joining("\n"));
    try {
      Path temporary = Files.writeString(home.resolve("pids.new"), pids);
      Files.move(temporary, home.resolve("pids"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new IllegalStateException("could not write the pids", e);
    }
  }
}
