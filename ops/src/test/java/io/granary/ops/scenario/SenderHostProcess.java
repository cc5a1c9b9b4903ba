package io.granary.ops.scenario;

import com.typesafe.config.ConfigFactory;
import io.granary.ops.scenario.SenderLife.Death;
import io.granary.ops.scenario.SenderLife.End;
import io.granary.protocol.address.Address;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * One life of a {@link SenderHost} in a JVM of its own, which is killed with SIGKILL where the life
 * ends. The child says on standard output how many intents it asks for, and when its life or its
 * work is at an end; then it stands still until it is killed.
 */
final class SenderHostProcess {
  private static final String INTENTS = "INTENTS ";
  private static final String DEAD = "DEAD";
  private static final String DONE = "DONE";
  private static final int KILLED = 137;

  private SenderHostProcess() {}

  /**
   * Runs a life to its death or to the end of its work.
   *
   * @param grown is told how many intents are asked for
   */
  static void live(
      Path config,
      SenderIntents intents,
      int asked,
      Optional<Death> death,
      IntConsumer grown,
      Duration limit)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SenderHostProcess.class.getName(),
                config.toString(),
                Long.toString(intents.seed()),
                intents.from().toText('t'),
                intents.to().toText('t'),
                Integer.toString(asked)));
    death.ifPresent(
        each -> command.addAll(List.of(each.at().name(), Integer.toString(each.occurrence()))));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String last;
    int code;
    try {
      last =
          CompletableFuture.supplyAsync(() -> read(process, grown))
              .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly();
      code = process.waitFor();
    }
    if (!last.equals(death.isPresent() ? DEAD : DONE) || code != KILLED) {
      throw new AssertionError(
          intents.name() + ": " + death + " ended with " + last + ", exit code " + code);
    }
  }

  private static String read(Process process, IntConsumer grown) {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return lines
        .lines()
        .peek(
            line -> {
              if (line.startsWith(INTENTS)) {
                grown.accept(Integer.parseInt(line.substring(INTENTS.length())));
              }
            })
        .filter(line -> !line.startsWith(INTENTS))
        .findFirst()
        .orElse("nothing said");
  }

  /** The child: configuration, seed, from, to, intents, and where it is to die. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Optional<Death> death =
        args.length > 5
            ? Optional.of(new Death(End.valueOf(args[5]), Integer.parseInt(args[6])))
            : Optional.empty();
    SenderLife life = new SenderLife(death);
    SenderIntents intents =
        new SenderIntents(Long.parseLong(args[1]), Address.parse(args[2]), Address.parse(args[3]));
    CompletableFuture<Void> unused = life.ended().thenRun(() -> out.println(DEAD));
    SenderHost host =
        new SenderHost(
            SenderHost.config(ConfigFactory.parseFile(Path.of(args[0]).toFile()).root().render()),
            intents,
            Integer.parseInt(args[4]),
            life,
            count -> out.println(INTENTS + count));
    CompletableFuture<Void> unusedToo = host.done().thenRun(() -> out.println(DONE));
    Thread.sleep(Duration.ofMinutes(5).toMillis());
  }
}
